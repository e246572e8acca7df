"""What the methods share: registry, parameters, message texts and posting."""
