"""Store everything that the bot keeps on disk. Open the storage with `storage.store.opened`.

No other package has SQL or encryption keys for the stored data.
"""
