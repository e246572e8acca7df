"""Seal stored rows: encrypt them, and replace names, such as chat ids, by pseudonyms.

Every 30 days an epoch begins, a period with new keys.
"""
