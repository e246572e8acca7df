"""Build the screens that show the declaration. A screen is data: spans of text and rows of buttons."""
