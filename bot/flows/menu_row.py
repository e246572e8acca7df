"""Build the row of buttons with which a screen leads back to the first screen of the bot."""

from content.screens.navigation import Start
from content.screens.reader import Reader
from content.screens.screen import Row


def menu_row(reader: Reader) -> Row:
    """Return a row with the button that opens the first screen in place."""
    return (reader.place_button("menu", Start()),)
