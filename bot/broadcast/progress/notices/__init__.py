"""Send notices to all admins: about acts of other admins, and failures that need attention."""
