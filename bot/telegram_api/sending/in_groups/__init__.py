"""Send answers in groups: messages that everybody sees, at most 20 a minute, and messages that one member sees."""
