"""Keys of epochs, and the rows that are sealed with them."""
