"""What several broadcasts for which people wait have to agree on: their order, and which of them makes a sound."""
