"""Define the paths of the folders with texts: the shipped campaign, word lists, locales and templates."""

from pathlib import Path

SHIPPED_CAMPAIGN = Path(__file__).with_name("vienna-2023")
WORD_LISTS = Path(__file__).with_name("words")
LOCALES = Path(__file__).with_name("locales")
LANGUAGE_FACTS = Path(__file__).with_name("languages.tsv")
CAMPAIGN_TEMPLATES = Path(__file__).with_name("templates")
