"""Take each update from the flood gate to its answer."""
