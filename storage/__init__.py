"""Store everything that the bot keeps on disk: subscribers, broadcasts and keys. Open it with `storage.store.opened`.

No other package has SQL statements, or encryption keys for the stored data.
"""
