"""Read the messages that an admin sends to the editor: texts and media to announce, and link buttons."""
