"""Everything the bot keeps on disk, with the only SQL and the only keys. Open it with `storage.store.opened`."""
