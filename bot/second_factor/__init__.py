"""Ask admins for a code of their authenticator app before acts that a person with a stolen account must not do."""
