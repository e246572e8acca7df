"""Make the campaign's signing key, sign texts with it, and write the page that checks signatures."""
