"""Search with the texts of a campaign themselves: quotations, words that they have, and what is learned from them."""
