"""Where the shipped campaign and the words that any campaign needs lie."""

from pathlib import Path

SHIPPED = Path(__file__).with_name("vienna-2023")
WORDS = Path(__file__).with_name("words")
