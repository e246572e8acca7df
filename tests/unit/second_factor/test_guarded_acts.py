"""Codes are asked for before confirmations, roles and the panic, and never for reading, stopping or suspending."""

import pytest

from bot.second_factor.guarded_acts import is_always_guarded, phrase_of
from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN

GUARDED = (
    "b.yes.abc", "b.send.abc", "x.confirm.7", "t.role.abc.owner", "t.removed.abc", "t.link.owner", "t.restore.abc",
    "p.freeze", "p.lift.1800000000", "p.shred.1800000000", "f.on", "f.off", "f.allow.abc", "f.unlock.abc", "f.codes",
    "f.again",
)  # fmt: skip
FREE = (
    "b.no.abc", "b.main", "x.show.7", "x.stop.7", "x.pause.7", "x.recall.7", "l.list.0", "t.list", "t.suspend.abc",
    "p.show", "p.ask.freeze", "p.ask.shred.1800000000", "f.show", "f.setup", "f.member.abc", "f.cancel", "leave",
)  # fmt: skip


@pytest.mark.parametrize("action", GUARDED)
def test_an_act_that_a_thief_must_not_do_needs_a_code_and_has_a_name(action: str) -> None:
    phrase = phrase_of(action)

    assert phrase
    assert CAMPAIGN.phrasebooks[Lang("en")].say(f"factor.act_{phrase}")
    assert is_always_guarded(action) is action.startswith("f.")


@pytest.mark.parametrize("action", FREE)
def test_reading_stopping_and_suspending_need_no_code(action: str) -> None:
    assert phrase_of(action) is None
