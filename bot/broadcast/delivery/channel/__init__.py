"""Post announcements in the campaign's channel, and edit and delete these posts. Delivery to people is separate."""
