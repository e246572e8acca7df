"""The Bot API's methods, one module a concern; importing this registers them all."""

from playground.methods import about, commands, editing, inline, intake, presses, profile, sending

__all__ = ["about", "commands", "editing", "inline", "intake", "presses", "profile", "sending"]
