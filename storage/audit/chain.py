"""Find records that were changed, removed or inserted in the chain of audit records. The module does no I/O.

Each record contains the hash of the one before. Therefore a changed record does not match the next one. Somebody who
has the keys could write all later records again, so that they match. Such a change is found only with an earlier head
that an admin has written down: the number and hash of the record that was then the last one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from storage.audit.record import GENESIS, AuditRecord, ChainHead, decode, digest_of

_KEPT_HEAD = re.compile(r"\W*(\d+)\W+((?:[0-9a-f]\W*)+)")  # \W also covers the marks of right-to-left languages


class Flaw(StrEnum):
    """A kind of change that was found in the chain of audit records."""

    MISSING = "missing"  # removed, from the middle or from the end
    CHANGED = "changed"
    INSERTED = "inserted"
    UNREADABLE = "unreadable"  # a row that cannot be decrypted, or holds no record


@dataclass(frozen=True, slots=True)
class Finding:
    """A change that was found in the chain, at the records from `first` to `last`. Both are 0 for unreadable rows."""

    flaw: Flaw
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A decrypted record: the number under which it was stored, and its canonical form."""

    number: int
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptHead:
    """An earlier head of the chain, as an admin wrote it down.

    It is the number of a record, and the first hexadecimal digits of the record's hash.
    """

    number: int
    digits: str


def parse_kept_head(text: str) -> KeptHead | None:
    """Return the earlier head in a text such as `12 00ff 1234 abcd 5678`, or None if the text has another form."""
    match = _KEPT_HEAD.fullmatch(text.lower())
    digits = re.sub(r"\W", "", match[2]) if match else ""
    return KeptHead(int(match[1]), digits) if match and 16 <= len(digits) <= 64 else None


def decoded(stored: Iterable[StoredRecord]) -> Iterator[AuditRecord]:
    """Yield the records in the order of `stored`. Leave out records that cannot be decoded."""
    for row in stored:
        if (record := _record_in(row)) is not None:
            yield record


def find_flaws(stored: Sequence[StoredRecord], head: ChainHead | None, unopened: int = 0) -> list[Finding]:
    """Return the changes that show without an earlier head: wrong hashes, gaps and rows out of place.

    `stored` has the decrypted records. `head` is the stored number and hash of the last record, or None if it is
    lost. `unopened` is the number of rows that could not be decrypted. The list is empty if nothing was changed.
    """
    findings = [Finding(Flaw.UNREADABLE)] * unopened
    last = ChainHead()
    for row in sorted(stored, key=lambda row: row.number):
        findings += _flaws_at(row, last)
        if row.number > last.number:
            last = ChainHead(row.number, digest_of(row.content))
    if head is None:
        return [*findings, Finding(Flaw.CHANGED, last.number, last.number)] if stored else findings
    return [*findings, *_flaws_at_end(last, head)]


def _flaws_at(row: StoredRecord, last: ChainHead) -> Iterator[Finding]:
    record = _record_in(row)
    if record is None:
        yield Finding(Flaw.UNREADABLE)
    elif row.number <= last.number:
        yield Finding(Flaw.INSERTED, row.number, row.number)
    elif row.number > last.number + 1:
        yield Finding(Flaw.MISSING, last.number + 1, row.number - 1)
    elif record.previous != last.digest:
        yield Finding(Flaw.CHANGED, max(1, last.number), row.number)


def _flaws_at_end(last: ChainHead, head: ChainHead) -> Iterator[Finding]:
    if last.number < head.number:
        yield Finding(Flaw.MISSING, last.number + 1, head.number)
    elif last.number > head.number:
        yield Finding(Flaw.INSERTED, head.number + 1, last.number)
    elif last.digest != head.digest:
        yield Finding(Flaw.CHANGED, last.number, last.number)


def contains_head(stored: Iterable[StoredRecord], head: KeptHead) -> bool:
    """Return whether the chain has a record with the number in `head` whose hash begins with the digits in `head`."""
    if head.number == 0:
        return GENESIS.hex().startswith(head.digits)
    digests = (digest_of(row.content).hex() for row in stored if row.number == head.number)
    return any(digest.startswith(head.digits) for digest in digests)


def _record_in(row: StoredRecord) -> AuditRecord | None:
    try:
        record = decode(row.content)
    except ValueError:
        return None
    return record if record.number == row.number else None
