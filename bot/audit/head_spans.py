"""Show admins the head of the audit log: the number of its last record and the first digits of the hash.

Admins can note the head and later check that the log still contains it. Pure.
"""

from content.screens.reader import Reader
from content.screens.screen import Span, Style
from storage.audit.record import ChainHead

_LEFT_TO_RIGHT_MARK = "\u200e"  # without it, right-to-left languages show the groups of digits in another order


def head_spans(reader: Reader, head: ChainHead) -> tuple[Span, ...]:
    """Return a paragraph with the head of the audit log, styled as code so that a tap copies it."""
    line_start = reader.book.language.line_start + _LEFT_TO_RIGHT_MARK
    return Span(f"\n\n{reader.say('act.head')}\n{line_start}"), Span(str(head), Style.CODE)
