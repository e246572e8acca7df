"""The Bot API's methods, one module a concern; importing this registers them all."""

from playground.methods import (
    about,
    callbacks,
    commands,
    copying,
    deleting,
    editing,
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
    "inline",
    "media",
    "polls",
    "profile",
    "sending",
    "updates",
]
