"""The limits of feedback: for each person, for all people together, and for the people who are muted."""

import pytest

from bot.feedback import writer_screens
from bot.feedback.limits import ALL_WINDOW, IN_ALL, PER_PERSON, PERSON_WINDOW, Limit, Limits
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN

NOW, PERSON, OTHER = 1_796_000_000.0, 5, 6


def test_a_person_sends_so_many_messages_a_day_and_others_still_may() -> None:
    limits = Limits()
    for turn in range(PER_PERSON):
        assert limits.reached(PERSON, NOW + turn) is None
        limits.count(PERSON, NOW + turn)

    assert limits.reached(PERSON, NOW + PER_PERSON) is Limit.PERSON
    assert limits.reached(OTHER, NOW + PER_PERSON) is None
    assert limits.reached(PERSON, NOW + PERSON_WINDOW) is None


def test_admins_get_so_many_messages_an_hour_however_many_people_write() -> None:
    limits = Limits()
    for person in range(IN_ALL):
        limits.count(person, NOW)

    assert limits.reached(IN_ALL + 1, NOW + 1) is Limit.ALL
    assert limits.reached(IN_ALL + 1, NOW + ALL_WINDOW) is None


def test_a_muted_person_sends_nothing_until_the_end() -> None:
    limits = Limits()
    limits.mute(PERSON, NOW + 100)

    assert limits.reached(PERSON, NOW + 99) is Limit.MUTED
    assert limits.reached(OTHER, NOW + 99) is None
    assert limits.reached(PERSON, NOW + 100) is None


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_each_limit_is_explained_with_its_number(lang: str) -> None:
    reader = Reader(CAMPAIGN, next(code for code in CAMPAIGN.languages if code == lang))
    numbers = {Limit.PERSON: PER_PERSON, Limit.ALL: IN_ALL}

    for limit in Limit:
        text = writer_screens.limit(reader, limit).text
        assert reader.book.language.number(numbers.get(limit, 48)) in text
