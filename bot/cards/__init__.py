"""Draw cards: pictures of a clause or of the demands on one addressee, which people can share without a link.

`card_builder` decides which words a card has. `python -m bot.cards` breaks them into lines and pages and draws them;
only that process imports Pillow. `card_pictures` answers the buttons that ask for cards.
"""
