"""Define follow-ups: texts that continue from the screen last opened, such as "next" and "is this official"."""

from enum import StrEnum


class FollowUp(StrEnum):
    """A request that depends on the screen that the person opened last, such as "next".

    The values are keys in `words/requests/LANG.yaml`.
    """

    NEXT = "next"
    MORE = "more"
    PREVIOUS = "previous"
    AGAIN = "again"
    OFFICIAL = "official"


# The screen to open if it is unknown where the person is, by the name of its command.
WITHOUT_PLACE = {
    FollowUp.NEXT: "declaration",
    FollowUp.MORE: "declaration",
    FollowUp.PREVIOUS: "declaration",
    FollowUp.AGAIN: "start",
    FollowUp.OFFICIAL: "start",
}
