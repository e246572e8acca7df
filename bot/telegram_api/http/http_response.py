"""Assemble one HTTP/1.1 response (RFC 9112) from the pieces in which it arrives. Pure.

The parser is `httptools` (llhttp). This module adds size limits. It also refuses features that the Bot API never
uses: another protocol, a transfer coding other than chunked, an upgrade.
"""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

MAX_HEAD_BYTES = 64 * 1024  # also between two chunks and after the last one; checked after each piece
MAX_BODY_BYTES = 16 * 1024 * 1024  # the Bot API server ends a batch of updates at 4 MB
_PROTOCOL = b"HTTP/"  # llhttp also takes RTSP/ and ICE/, and skips empty lines before it
_LINE_ENDS = b"\r\n"
_HEAD_END = b"\r\n\r\n"


class MalformedResponse(Exception):
    """The received bytes are not an HTTP response, or the response is larger than any that Telegram sends."""


class HttpResponse:
    """An HTTP response that is still arriving: pass the received bytes to `feed` until it returns True.

    If the connection ends before that, call `finish`. When one of the two methods has returned True, `status` and
    `body` are set, and `keeps_alive` says whether the connection can be used for another request.
    """

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.keeps_alive = False
        self._start = b""
        self._received = bytearray()  # of the body
        self._overhead = 0  # bytes since a piece of the body last came
        self._has_length = self._is_chunked = self._is_complete = False
        self._parser = HttpResponseParser(self)

    def feed(self, piece: bytes) -> bool:
        """Add received bytes, and return whether the response is now complete. Raises MalformedResponse."""
        self._check_protocol(piece)
        self._overhead += len(piece)
        try:
            self._parser.feed_data(piece)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self._is_complete:
                raise MalformedResponse(str(error.__context__ or error)) from None
            self.keeps_alive = False  # the response is complete: the malformed bytes came after it
        if self._is_complete:
            self.keeps_alive = self.keeps_alive and self._ends_with(piece)
            del self._parser  # it refers to this object: without the cycle both are freed at once
        elif self._overhead > MAX_HEAD_BYTES:
            raise MalformedResponse("a head without an end")
        return self._is_complete

    def finish(self) -> bool:
        """Record that the connection has ended. Return whether that is also the end of the response.

        This is so for a final response whose headers state no length. In any other case a part of the response is
        missing.
        """
        self.body, self.keeps_alive = bytes(self._received), False
        return self.status >= 200 and not self._has_length and not self._is_chunked

    def on_message_begin(self) -> None:
        """Prepare for a response. The parser calls this at the beginning of a response.

        A final response can follow an informational one (1xx), so the parser may call this more than once. Raises
        MalformedResponse if another response follows the final one.
        """
        if self._is_complete:
            raise MalformedResponse("a second response")
        self._has_length = self._is_chunked = False

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"content-length":
                self._has_length = True
                if int(value) > MAX_BODY_BYTES:
                    raise MalformedResponse("a body that is too large")
            case b"transfer-encoding":
                self._is_chunked = True
                if value.lower() != b"chunked":
                    raise MalformedResponse("an unknown transfer coding")

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if not 100 <= self.status < 600 or self._parser.get_http_version() not in ("1.0", "1.1"):
            raise MalformedResponse("an unknown status or version")

    def on_body(self, piece: bytes) -> None:
        self._overhead = 0
        self._received += piece
        if len(self._received) > MAX_BODY_BYTES:
            raise MalformedResponse("a body that is too large")

    def on_message_complete(self) -> None:
        if self.status >= 200:
            self._is_complete = True
            self.body = bytes(self._received)
            self.keeps_alive = self._parser.should_keep_alive() and self._parser.get_http_version() == "1.1"

    def _check_protocol(self, piece: bytes) -> None:
        if len(self._start) < len(_PROTOCOL):
            self._start += piece[: len(_PROTOCOL) - len(self._start)]
            if not _PROTOCOL.startswith(self._start):
                raise MalformedResponse("another protocol than HTTP")

    def _ends_with(self, piece: bytes) -> bool:
        """Return whether the response ends exactly at the end of `piece`, with no bytes after it.

        The parser itself does not report empty lines after a response.
        """
        if self._has_length and self.body:
            return piece.endswith(self.body[-len(piece) :])
        tail = piece[-len(_HEAD_END) - 1 :]
        return _HEAD_END.endswith(tail[len(tail.rstrip(_LINE_ENDS)) :])
