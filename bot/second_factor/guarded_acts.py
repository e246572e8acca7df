"""Determine which buttons need a code, and how the bot names their acts when it asks for the code. Pure."""

from bot.broadcast.authoring.editor_screens import PREFIX as DRAFT_PREFIX
from bot.broadcast.progress.progress_actions import PREFIX as PROGRESS_PREFIX
from bot.team.permissions import CHANNEL_PREFIX, TEAM_PREFIX

FACTOR_PREFIX = "f."  # of the actions of the second factor's own screens

# The acts that need a code where the team requires a second factor, and the phrase that names each.
_OF_TEAM = {
    f"{DRAFT_PREFIX}yes": "approve",
    f"{DRAFT_PREFIX}send": "send",  # only where nobody else has to approve
    f"{PROGRESS_PREFIX}confirm": "approve",
    f"{TEAM_PREFIX}role": "role",
    f"{TEAM_PREFIX}link": "invite",
    f"{TEAM_PREFIX}removed": "role",
    f"{TEAM_PREFIX}restore": "restore",
    f"{CHANNEL_PREFIX}name": "channel",
    "p.freeze": "freeze",
    "p.lift": "lift",
    "p.shred": "shred",
}
# The acts that always need a code, because they weaken or replace what protects the others.
_OF_FACTOR = {
    "f.on": "turn_on",
    "f.off": "turn_off",
    "f.allow": "allow",
    "f.unlock": "unlock",
    "f.codes": "codes",
    "f.again": "again",
}


def phrase_of(action: str) -> str | None:
    """Return NAME of the phrase `factor.act_NAME`, which describes the act of a button in words.

    Return None if the act needs no code.
    """
    name = ".".join(action.split(".")[:2])
    return _OF_FACTOR.get(name) or _OF_TEAM.get(name)


def is_sending(action: str) -> bool:
    """Return whether a button sends an announcement, or asks for its approval if another admin can approve it."""
    return action.startswith(f"{DRAFT_PREFIX}send.")


def is_always_guarded(action: str) -> bool:
    """Return whether an act needs a code even if the team does not require second factors."""
    return ".".join(action.split(".")[:2]) in _OF_FACTOR
