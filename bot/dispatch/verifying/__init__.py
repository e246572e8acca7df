"""Answer /verify, which checks that an announcement is genuine, and send announcements with their signature."""
