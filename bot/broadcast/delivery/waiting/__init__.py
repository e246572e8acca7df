"""Let broadcasts for which people wait agree on their order, and on which of them makes a sound."""
