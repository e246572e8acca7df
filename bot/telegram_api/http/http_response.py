"""One HTTP/1.1 answer (RFC 9112), put together from the pieces in which it arrives. Pure.

No more than an answer to a POST needs, and strict: what is not plainly one is Malformed, and ends its connection.
"""

import re

MOST_HEAD = 64 * 1024  # bytes
MOST_BODY = 16 * 1024 * 1024  # the Bot API server ends a batch of updates at 4 MB

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: .*)?")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
_LENGTH = re.compile(rb"\d{1,12}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_BODILESS = (204, 304)


class Malformed(Exception):
    """It is no answer, or one larger than any that Telegram gives."""


class HttpResponse:
    """`feed` it until it is whole; then there are `status` and `body`, and `keeps`: whether the connection stays."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.keeps = False
        self._unread = bytearray()
        self._length: int | None = None  # of the body; None: until the line is closed
        self._chunked: bytearray | None = None
        self._in_body = False

    def feed(self, piece: bytes) -> bool:
        """Whether it is whole now. Raises Malformed."""
        self._unread += piece
        while not self._in_body:
            if not self._read_head():
                return False
        if self._chunked is not None:
            return self._read_chunks(self._chunked)
        return self._length is not None and self._read_length(self._length)

    def closed(self) -> bool:
        """Whether it is whole now that the line is closed."""
        self.body, self.keeps = bytes(self._unread), False
        return self._in_body and self._length is None and self._chunked is None

    def _read_head(self) -> bool:
        end = self._unread.find(b"\r\n\r\n")
        if end > MOST_HEAD or (end < 0 and len(self._unread) > MOST_HEAD):
            raise Malformed("a head without an end")
        if end < 0:
            return False
        first, *lines = bytes(self._unread[:end]).split(b"\r\n")
        del self._unread[: end + 4]
        matched = _STATUS.fullmatch(first)
        if matched is None:
            raise Malformed("no status line")
        self.status = int(matched[1])
        if self.status >= 200:  # what comes before is news, and no answer
            self._begin_body(_fields(lines), first.startswith(b"HTTP/1.1"))
        return True

    def _begin_body(self, fields: dict[bytes, bytes], is_current: bool) -> None:
        self._in_body = True
        self.keeps = is_current and b"close" not in fields.get(b"connection", b"").lower()
        length, coding = fields.get(b"content-length"), fields.get(b"transfer-encoding")
        if coding is not None:
            if coding.lower() != b"chunked" or length is not None:
                raise Malformed("a body in a way that is not agreed on")
            self._chunked = bytearray()
        elif self.status in _BODILESS:
            self._length = 0
        elif length is not None:
            if not _LENGTH.fullmatch(length) or int(length) > MOST_BODY:
                raise Malformed("a length that is none")
            self._length = int(length)
        else:
            self.keeps = False

    def _read_length(self, length: int) -> bool:
        if len(self._unread) < length:
            return False
        self.body = bytes(self._unread[:length])
        self.keeps = self.keeps and len(self._unread) == length  # what nobody asked for is nobody's answer
        return True

    def _read_chunks(self, body: bytearray) -> bool:
        while (end := self._unread.find(b"\r\n", 0, MOST_HEAD)) >= 0:
            matched = _CHUNK.fullmatch(self._unread, 0, end)
            if matched is None:
                raise Malformed("a chunk without a length")
            size, begin = int(matched[1], 16), end + 2
            if size == 0:
                return self._end_chunks(body, begin)
            if size + len(body) > MOST_BODY:
                raise Malformed("a body without an end")
            if len(self._unread) < begin + size + 2:
                return False
            if self._unread[begin + size : begin + size + 2] != b"\r\n":
                raise Malformed("a chunk longer than it says")
            body += self._unread[begin : begin + size]
            del self._unread[: begin + size + 2]
        if len(self._unread) > MOST_HEAD:
            raise Malformed("a chunk without a length")
        return False

    def _end_chunks(self, body: bytearray, begin: int) -> bool:
        """The last chunk is empty; fields may follow it, which nobody needs, and an empty line."""
        if self._unread.startswith(b"\r\n", begin):
            end = begin + 2
        elif (end := self._unread.find(b"\r\n\r\n", begin) + 4) < 4:
            if len(self._unread) > MOST_HEAD:
                raise Malformed("fields without an end")
            return False
        self.body = bytes(body)
        self.keeps = self.keeps and len(self._unread) == end
        return True


def _fields(lines: list[bytes]) -> dict[bytes, bytes]:
    """By name in small letters. Of what says where the answer ends there must not be two."""
    found: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        name, value = name.lower(), value.strip(b" \t")
        if not colon or not _NAME.fullmatch(name):
            raise Malformed("a field without a name")
        if name in (b"content-length", b"transfer-encoding") and found.get(name, value) != value:
            raise Malformed("two ends")
        found[name] = value
    return found
