"""The content of messages: text, entities, keyboards and files."""
