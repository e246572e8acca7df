"""Record what admins do in the audit log, and notify listeners of each recorded act."""
