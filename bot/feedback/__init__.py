"""Pass messages from people to the admins, without names, and pass the admins' answers back."""
