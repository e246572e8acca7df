"""Record what admins do in the audit log, and pass each act on to those who must know."""
