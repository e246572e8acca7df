"""Search the texts of a campaign: for quotations, by shared words, and with a model trained on example questions."""
