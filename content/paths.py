"""Where the shipped campaign and the words that any campaign needs lie."""

from pathlib import Path

SHIPPED_CAMPAIGN = Path(__file__).with_name("vienna-2023")
WORD_LISTS = Path(__file__).with_name("words")
