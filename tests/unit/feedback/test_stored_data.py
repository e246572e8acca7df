"""/mydata shows every field that is stored about somebody who waits for an answer."""

from dataclasses import fields, replace

import pytest

from bot.feedback.conversation import LIFETIME, Conversation
from bot.feedback.writer_screens import data_lines
from content.model import Lang
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN

STORED = Conversation(1234, 5, "en", 1_796_000_400.0 // 3600 * 3600)
CHANGES: dict[str, object] = {
    "number": 4321,
    "language": "fa",
    "until": STORED.until + LIFETIME,
    "answers": 1,
    "is_muted": True,
}


def test_each_stored_field_is_changed_here_but_the_chat_which_mydata_shows_anyway() -> None:
    assert {field.name for field in fields(Conversation)} == {*CHANGES, "chat"}


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
@pytest.mark.parametrize("field", CHANGES)
def test_changing_a_stored_field_changes_mydata(lang: Lang, field: str) -> None:
    reader = Reader(CAMPAIGN, lang)
    changed = replace(STORED, **{field: CHANGES[field]})  # type: ignore[arg-type]

    assert data_lines(reader, STORED) != data_lines(reader, changed)
