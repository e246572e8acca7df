"""Seal stored rows: encrypt them, and replace their names by pseudonyms.

Every 30 days a new epoch begins, with new keys.
"""
