"""The parts that Bot API methods share: the registry, parameters, message texts, and sending."""
