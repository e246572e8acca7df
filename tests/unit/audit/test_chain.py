"""The chain of the audit log: each kind of change is found, by the chain itself or by a head that was kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.audit import chain
from storage.audit.chain import Finding, Flaw, KeptHead, StoredRecord
from storage.audit.record import AuditAct, AuditRecord, ChainHead, decode, digest_of, encode, unpack_head

Chain = list[StoredRecord]
History = list[tuple[str, str, str, bytes]]
Change = Callable[[Chain, int], Chain]
acts = st.tuples(
    st.sampled_from(AuditAct), st.sampled_from(["owner", "editor", ""]), st.text(max_size=20), st.binary(max_size=32)
)
histories = st.lists(acts, min_size=1, max_size=12)


def build(history: History) -> tuple[Chain, ChainHead]:
    stored, head = Chain(), ChainHead()
    for act, role, subject, content in history:
        record = AuditRecord(head.number + 1, 1_796_131_800, act, role, "a1b2c3d4", subject, content, head.digest)
        stored.append(StoredRecord(record.number, encode(record)))
        head = ChainHead(record.number, digest_of(encode(record)))
    return stored, head


def kept(head: ChainHead) -> KeptHead:
    shown = chain.parse_kept_head(str(head))
    assert shown is not None
    return shown


def rebuilt(stored: Chain) -> tuple[Chain, ChainHead]:
    """Do as somebody who has the keys: number the records again and compute all hashes again."""
    return build(acts_in(stored))


def acts_in(stored: Chain) -> History:
    return [(record.act, record.role, record.subject, record.content) for record in chain.decoded(stored)]


def edited(stored: Chain, at: int) -> Chain:
    record = decode(stored[at].content)
    return [*stored[:at], StoredRecord(record.number, encode(replace(record, role="thief"))), *stored[at + 1 :]]


def removed(stored: Chain, at: int) -> Chain:
    return [*stored[:at], *stored[at + 1 :]]


def inserted(stored: Chain, at: int) -> Chain:
    return [*stored[:at], stored[at], *stored[at:]]


def exchanged(stored: Chain, at: int) -> Chain:
    """Exchange a record with the one before it, also where they lie."""
    first, second = stored[at - 1], stored[at]
    swapped = [StoredRecord(first.number, second.content), StoredRecord(second.number, first.content)]
    return [*stored[: at - 1], *swapped, *stored[at + 1 :]]


def truncated(stored: Chain, at: int) -> Chain:
    return stored[:at]


changes = st.sampled_from([edited, removed, inserted, exchanged, truncated])


@given(histories)
def test_an_unchanged_chain_is_whole_and_contains_each_of_its_heads(
    history: list[tuple[str, str, str, bytes]],
) -> None:
    stored, head = build(history)
    heads = [ChainHead(), *(build(history[:length])[1] for length in range(1, len(history) + 1))]

    assert chain.find_flaws(stored[::-1], head) == []
    assert all(chain.contains_head(stored, kept(earlier)) for earlier in heads)


@given(histories, changes, st.data())
def test_each_change_is_found(history: History, change: Change, data: st.DataObject) -> None:
    stored, head = build(history)
    at = data.draw(st.integers(int(change is exchanged), len(stored) - 1 + int(change is exchanged)))
    assume(at < len(stored))

    assert chain.find_flaws(change(stored, at), head)


@given(histories, changes, st.data())
def test_a_chain_rebuilt_with_the_keys_is_known_by_a_head_that_was_kept(
    history: History, change: Change, data: st.DataObject
) -> None:
    stored, head = build(history)
    at = data.draw(st.integers(int(change is exchanged), len(stored) - 1 + int(change is exchanged)))
    assume(at < len(stored))
    other, other_head = rebuilt(change(stored, at))
    is_as_before = acts_in(other)[: len(history)] == history  # one of two equal acts was removed, for example

    assert chain.find_flaws(other, other_head) == []
    assert chain.contains_head(other, kept(head)) is is_as_before


def test_the_findings_say_which_records_are_concerned() -> None:
    stored, head = build([(AuditAct.SENT, "owner", str(number), b"") for number in range(5)])

    assert chain.find_flaws(edited(stored, 2), head) == [Finding(Flaw.CHANGED, 3, 4)]
    assert chain.find_flaws(edited(stored, 4), head) == [Finding(Flaw.CHANGED, 5, 5)]
    assert chain.find_flaws(removed(stored, 1), head) == [Finding(Flaw.MISSING, 2, 2)]
    assert chain.find_flaws(truncated(stored, 2), head) == [Finding(Flaw.MISSING, 3, 5)]
    assert chain.find_flaws(inserted(stored, 3), head) == [Finding(Flaw.INSERTED, 4, 4)]
    assert chain.find_flaws(stored, build([(AuditAct.SENT, "", "", b"")])[1]) == [Finding(Flaw.INSERTED, 2, 5)]
    assert chain.find_flaws(stored, None) == [Finding(Flaw.CHANGED, 5, 5)]
    assert chain.find_flaws([], head, unopened=2) == [
        Finding(Flaw.UNREADABLE),
        Finding(Flaw.UNREADABLE),
        Finding(Flaw.MISSING, 1, 5),
    ]
    assert Finding(Flaw.UNREADABLE) in chain.find_flaws([replace(stored[0], content=b"{}"), *stored[1:]], head)


@pytest.mark.parametrize(
    "text",
    [
        "12 00ff 1234 abcd 5678",
        "\u200e12 00ff 1234 abcd 5678 ",
        "12 00FF1234ABCD5678",
        "12-00ff-1234-abcd-5678",
        "۱۲ 00ff 1234 abcd 5678",
    ],
)
def test_a_head_is_read_as_people_copy_and_type_it(text: str) -> None:
    assert chain.parse_kept_head(text) == KeptHead(12, "00ff1234abcd5678")


@pytest.mark.parametrize(
    "text", ["", "12", "12 00ff", "00ff 1234 abcd 5678", "12 00ff 1234 abcd 567g", "12 " + "0" * 65]
)
def test_other_texts_are_no_heads(text: str) -> None:
    assert chain.parse_kept_head(text) is None


def test_a_record_of_a_later_version_is_read_and_keeps_its_hash() -> None:
    stored, _ = build([(AuditAct.SENT, "owner", "1", b"")])
    later = stored[0].content.replace(b'"act":"sent"', b'"act":"danced","where":"here"')

    assert decode(later).act == "danced"
    assert chain.find_flaws([StoredRecord(1, later)], ChainHead(1, digest_of(later))) == []


@given(st.integers(0, 2**63), st.binary(min_size=32, max_size=32))
def test_a_head_survives_packing(number: int, digest: bytes) -> None:
    head = ChainHead(number, digest)

    assert unpack_head(head.packed + b"\0" * 8) == head
