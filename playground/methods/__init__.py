"""The methods of the Bot API, grouped by subject; importing this package registers them all."""

from playground.methods import (
    about,
    callbacks,
    commands,
    copying,
    deleting,
    editing,
    guests,
    inline,
    media,
    polls,
    profile,
    sending,
    updates,
)

__all__ = [
    "about",
    "callbacks",
    "commands",
    "copying",
    "deleting",
    "editing",
    "guests",
    "inline",
    "media",
    "polls",
    "profile",
    "sending",
    "updates",
]
