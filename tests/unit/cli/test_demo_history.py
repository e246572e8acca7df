"""The invented history of the demo: as many people as announced, and every kind of change and choice."""

from random import Random

import pytest

from bot.cli.playing.demo_history import DAYS, PEOPLE, STAYING, Choices, Gone, Saved, invent_history
from storage.subscriptions import subscriber
from storage.subscriptions.daily_count import ListChange
from storage.subscriptions.subscriber import Subscriber

FIRST = 10_000_000
CHOICES = Choices(["en", "fa", "ps"], [1, 2, 3, 4, 5], 11)


def final_list(days: list[list[Saved | Gone]]) -> dict[int, Subscriber]:
    """Return the subscribers after the last day. Fails if somebody leaves who is not subscribed."""
    people: dict[int, Subscriber] = {}
    for event in (event for day in days for event in day):
        match event:
            case Saved(saved):
                people[saved.chat] = saved
            case Gone(chat, _):
                del people[chat]
    return people


def test_a_thousand_people_stay_and_others_join_leave_and_block_on_sixty_days() -> None:
    days = invent_history(FIRST, CHOICES, Random(1))
    gone = [event.kind for day in days for event in day if isinstance(event, Gone)]
    joined = {event.subscriber.chat for day in days for event in day if isinstance(event, Saved)}

    assert len(days) == DAYS == 60
    assert len(final_list(days)) == STAYING == 1_000
    assert joined == set(range(FIRST, FIRST + PEOPLE))
    assert set(gone) == {ListChange.LEFT, ListChange.BLOCKED}


def test_every_choice_is_made_by_enough_people_to_be_shown() -> None:
    people = list(final_list(invent_history(FIRST, CHOICES, Random(1))).values())

    for chosen in (
        *([person.language == language for person in people] for language in CHOICES.languages),
        *([topic in (person.topics or ()) for person in people] for topic in CHOICES.topics),
        [person.topics is None for person in people],
        [person.quiet for person in people],
        [person.discreet for person in people],
        [person.text_only for person in people],
        [person.daily is not None for person in people],
    ):
        assert 20 <= sum(chosen) <= 900


@pytest.mark.parametrize("choices", [CHOICES, Choices(["de"], [], 0)], ids=["usual", "one language, no topics"])
def test_every_record_can_be_stored(choices: Choices) -> None:
    for person in final_list(invent_history(FIRST, choices, Random(1))).values():
        assert subscriber.decode(subscriber.encode(person)) == person


def test_every_demo_has_the_same_people() -> None:
    assert invent_history(FIRST, CHOICES, Random(1)) == invent_history(FIRST, CHOICES, Random(1))
