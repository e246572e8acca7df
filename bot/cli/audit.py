"""Show the log of what admins did, and check that nobody changed it: `python -m bot audit`."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.audit import finding_sentences
from bot.errors import OperatorError
from bot.settings import StorePaths
from storage.audit import chain
from storage.audit.audit_log import AuditContents
from storage.audit.chain import KeptHead
from storage.audit.record import AuditRecord, ChainHead
from storage.files import owner
from storage.store import reading

CHANGED = 3  # exit code: the log was read, and it was changed; 1 means that it could not be read
_UNSUITABLE = (
    "is not a head of the log: give the number and the 16 digits that the bot showed, such as "
    '--head "12 00ff 1234 abcd 5678".'
)


async def carry_out(options: argparse.Namespace, paths: StorePaths) -> int:
    """Run `audit list` or `audit verify`; return the exit code: 0, or CHANGED if `verify` finds a change.

    With `--head`, the operator gives a number and hash of the last record that the log had earlier, which `verify`
    compares. Raises OperatorError if this is malformed. The bot can run meanwhile.
    """
    heads = [_kept_head(text) for text in getattr(options, "head", None) or ()]
    with owner.acting_for_store(paths.database, paths.keys):
        async with reading(paths.database, paths.keys) as store:
            contents = await store.audit.read_all(store.database)
    if options.act == "verify":
        return _verify(contents, heads)
    _list(contents)
    return 0


def _kept_head(text: str) -> KeptHead:
    head = chain.parse_kept_head(text)
    if head is None:
        raise OperatorError(f"{text!r} {_UNSUITABLE}")
    return head


def _verify(contents: AuditContents, kept_heads: list[KeptHead]) -> int:
    flaws = chain.find_flaws(contents.stored, contents.head, contents.unopened)
    unknown = [head for head in kept_heads if not chain.contains_head(contents.stored, head)]
    for finding in flaws:
        _say(finding_sentences.flaw(finding))
    for head in unknown:
        _say(finding_sentences.unknown_head(contents, head))
    if flaws or unknown:
        return CHANGED
    _say(f"The log is whole: {_counted(len(contents.stored))}. Its head is: {contents.head or ChainHead()}")
    if not kept_heads:
        _say("Somebody with the key file could have written all of it again. Compare a head that was shown earlier: "
             "audit verify --head \"…\"")  # fmt: skip
    return 0


def _list(contents: AuditContents) -> None:
    for record in chain.decoded(contents.stored):
        _say("  ".join(_columns(record)))
    _say(f"{_counted(len(contents.stored))}. The head is: {contents.head or ChainHead()}")


def _columns(record: AuditRecord) -> Iterator[str]:
    yield f"{record.number:>6}"
    yield f"{datetime.fromtimestamp(record.at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield f"{record.role or 'the bot':<8}  {record.person or '-':<8}"
    yield f"{record.act:<15}"
    yield record.subject.partition(".")[0]
    yield record.content.hex()[:16]


def _counted(number: int) -> str:
    return f"{number} record" if number == 1 else f"{number} records"


def _say(text: str) -> None:
    print(text.rstrip())  # noqa: T201 -- a command prints
