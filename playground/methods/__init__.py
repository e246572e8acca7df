"""The Bot API's methods, one module a concern; importing this registers them all."""

from playground.methods import (
    about,
    commands,
    copying,
    deleting,
    editing,
    inline,
    intake,
    media,
    polls,
    presses,
    profile,
    sending,
)

__all__ = [
    "about",
    "commands",
    "copying",
    "deleting",
    "editing",
    "inline",
    "intake",
    "media",
    "polls",
    "presses",
    "profile",
    "sending",
]
