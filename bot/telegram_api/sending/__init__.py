"""Send replies and announcements to chats."""
