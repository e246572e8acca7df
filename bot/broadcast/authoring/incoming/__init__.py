"""Read the messages of an admin: texts and media to announce, link buttons, and texts that an app has split."""
