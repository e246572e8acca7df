"""Send notices to all admins: about disks, clocks and pauses that need their attention."""
