"""THE MEMORY: what the bot remembers; the only SQL, the only keys. `storage.store.opened` is the way in."""
