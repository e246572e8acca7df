"""Handle the content of messages: text, entities, keyboards and files."""
