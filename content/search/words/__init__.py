"""Analyse single words: spelling, endings, sounds and typos."""
