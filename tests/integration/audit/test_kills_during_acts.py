"""Acts on the team, second factors and the freeze: after a kill at any write, there is no act without its record."""

import shutil
from pathlib import Path

import pytest

from storage.audit import chain
from storage.store import Store
from tests.support.killed_act import ACTS, ActingParts, acting_parts, killed_before
from tests.support.storage_process import Place, place_in

RECORDED = {
    "suspend": "suspended",
    "invite": "invited",
    "rename": "renamed",
    "guess a code": "factor_wrong_code",
    "freeze": "frozen",
    "end the freeze": "unfrozen",
}


async def recorded(store: Store) -> list[str]:
    contents = await store.audit.read_all(store.database)
    assert chain.find_flaws(contents.stored, contents.head, contents.unopened) == []
    return [record.act for record in chain.decoded(contents.stored)]


def state(parts: ActingParts) -> object:
    """Return all that the acts change."""
    return parts.team.members(), parts.team.invitations(), parts.factors.record, parts.freeze.is_on()


async def prepared(place: Place, act: str) -> object:
    async with place.opened() as store:
        parts = await acting_parts(store, place)
        if act == "end the freeze":
            await ACTS["freeze"](parts)
        return state(parts)


@pytest.mark.parametrize("act", ACTS)
async def test_after_a_kill_before_any_write_there_is_no_act_without_its_record(tmp_path: Path, act: str) -> None:
    before = await prepared(place_in(tmp_path / "prepared"), act)
    for write in range(30):
        shutil.copytree(tmp_path / "prepared", tmp_path / str(write))
        place = place_in(tmp_path / str(write))
        is_killed = await killed_before(place, act, write)
        async with place.opened() as store:
            parts = await acting_parts(store, place)
            await parts.records.catch_up(is_changed=True)  # as the running bot does
            is_done = state(parts) != before
            acts = await recorded(store)
        if act != "end the freeze" or is_done:  # nothing is unfrozen without a record; a record alone may be early
            assert (acts.count(RECORDED[act]) == 1) is is_done
        if not is_killed:
            assert is_done
            assert write > 3
            return
    pytest.fail("the act never ended")
