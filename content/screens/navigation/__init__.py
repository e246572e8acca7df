"""Define places, the screens that a person can open, and their forms in buttons and links."""
