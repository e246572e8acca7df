"""Names of members are short and plain, and cannot be links or turn a sentence around."""

import pytest

from bot.model.roles import Role
from bot.team import joining_screens
from bot.team.member_names import MAX_NAME, default_name, parse_name, shown_name, unused_name
from bot.team.members import Member
from content.model import Lang
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Amina \n Jan ", "Amina Jan"), ("آمنه", "آمنه"), ("A\u202emina", "Amina"), ("Dr. A.", None),
        ("x" * MAX_NAME, "x" * MAX_NAME), ("x" * (MAX_NAME + 1), None), ("", None), ("\u200b", None), ("...", None),
        ("@amina", None), ("t.me/amina", None), ("example.org", None), ("/team", None), ("#tag", None),
    ],
)  # fmt: skip
def test_a_name_is_plain_text_of_one_line(text: str, name: str | None) -> None:
    assert parse_name(text) == name


def test_no_two_members_have_the_same_name() -> None:
    assert unused_name("Amina", ["amina", "Amina 2"]) == "Amina 3"
    assert default_name(Reader(CAMPAIGN, Lang("en")), Role.EDITOR, ["Editor 1", "Amina"]) == "Editor 2"


def test_a_name_that_runs_against_the_sentence_is_isolated() -> None:
    latin, dari = Member(1, Role.EDITOR, "Amina"), Member(2, Role.EDITOR, "آمنه")
    english, persian = Reader(CAMPAIGN, Lang("en")), Reader(CAMPAIGN, Lang("fa"))

    assert (shown_name(english, latin), shown_name(persian, dari)) == ("Amina", "آمنه")
    assert (shown_name(persian, latin), shown_name(english, dari)) == ("\u2068Amina\u2069", "\u2068آمنه\u2069")


def test_the_address_of_the_bot_moves_no_word_of_a_right_to_left_invitation() -> None:
    dari, english = (
        joining_screens.invitation(Reader(CAMPAIGN, Lang(lang)), Role.EDITOR, bot="lake_bot", name="1", code="c").text
        for lang in ("fa", "en")
    )

    assert "\u2068@lake_bot\u2069" in dari
    assert " @lake_bot," in english
