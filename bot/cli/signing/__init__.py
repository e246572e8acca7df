"""Implement `python -m bot signing`: make the campaign's signing key, sign texts, write the page that checks them."""
