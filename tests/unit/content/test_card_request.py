"""Buttons that ask for a card: what they say is read back, fits into a button, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.model import AddresseeId, ClauseId, Lang
from content.screens.card_request import CardRequest, from_data, to_data
from content.screens.navigation.button_data import DATA_LIMIT
from content.screens.navigation.places import AtClause, AtDemand

ids = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)
places = st.builds(AtClause, ids.map(ClauseId), in_original=st.booleans()) | st.builds(
    AtDemand, ids.map(AddresseeId), st.booleans()
)
requests = st.builds(CardRequest, places, st.booleans(), st.booleans())


@given(requests, st.sampled_from([Lang("fa"), Lang("ckb"), Lang("zh-hant")]))
def test_a_button_says_what_it_asks_for(request: CardRequest, lang: Lang) -> None:
    data = to_data(request, lang)

    assert len(data.encode()) <= DATA_LIMIT
    assert from_data(data) == (request, lang)


@pytest.mark.parametrize(
    "data",
    [
        *("", "k", "k.x.r.C.fa.4", "k.l.r.C.fa.", "k.l.r.C.fa.4 ", "k.la.r.Q.fa.4", "k.l.r.C.۱.4", "r.C.fa.4"),
        *("k.l.r.T.fa.women", "k.l.r.C.fa.4.12ab", "k.l.r.C.fa.4/T.women", "k.r.C.fa.4", "x.r.C.fa.4"),
    ],
)
def test_other_data_ask_for_nothing(data: str) -> None:
    assert from_data(data) is None
