"""Ask admins for a code of their authenticator app before an act that a thief of their account must not do."""
