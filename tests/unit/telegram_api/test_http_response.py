"""A response is the same however it is cut into pieces, and other bytes are never taken for a response."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_api.http.http_response import MAX_BODY_BYTES, MAX_HEAD_BYTES, HttpResponse, MalformedResponse

BODIES = st.one_of(st.binary(max_size=300), st.text("\r\n", max_size=6).map(str.encode))
FIELDS = b"Server: nginx\r\nAccess-Control-Expose-Headers: Content-Length,Content-Type\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

# Each key says what is wrong with the bytes.
REFUSED = {
    "another protocol": b"SSH-2.0-OpenSSH_9\r\n\r\n",
    "another protocol in the form of HTTP": b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "small letters": b"http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a request": b"GET / HTTP/1.1\r\n\r\n",
    "a version without a dot": b"HTTP/2 200\r\n\r\n",
    "a later version": b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "an earlier version": b"HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "an unknown version": b"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a status above 599": b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n",
    "a status below 100": b"HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n",
    "an empty line first": b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "another protocol asked for": b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    "a bare LF after the status": b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
    "a CR in the reason": b"HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n",
    "a negative length": OK + b"Content-Length: -1\r\n\r\n",
    "a signed length": OK + b"Content-Length: +2\r\n\r\n{}",
    "an empty length": OK + b"Content-Length: \r\n\r\n",
    "a hexadecimal length": OK + b"Content-Length: 0x2\r\n\r\n{}",
    "a length with an underscore": OK + b"Content-Length: 1_0\r\n\r\n0123456789",
    "a length in other digits": OK + "Content-Length: ٢\r\n\r\n{}".encode(),
    "a list of lengths": OK + b"Content-Length: 2, 2\r\n\r\n{}",
    "a length beyond 64 bits": OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "a length above the limit": OK + b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1),
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
    "one length twice": OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a length, and chunked": OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunked, and a length": OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
    "another transfer coding": OK + b"Transfer-Encoding: gzip\r\n\r\n",
    "two transfer codings": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
    "two headers of transfer coding": OK + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a space before the colon": OK + b"Content-Length : 2\r\n\r\n",
    "a folded first header": OK + b" folded\r\n\r\n",
    "a folded header": OK + b"A: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
    "a folded length": OK + b"Content-Length: 2\r\n 0\r\n\r\n{}",
    "a header without a colon": OK + b"no colon\r\n\r\n",
    "a header without a name": OK + b": x\r\nContent-Length: 0\r\n\r\n",
    "a NUL in a name": OK + b"A\0B: x\r\nContent-Length: 0\r\n\r\n",
    "a NUL in a value": OK + b"A: x\0y\r\nContent-Length: 0\r\n\r\n",
    "a CR in a name": OK + b"A\rB: x\r\nContent-Length: 0\r\n\r\n",
    "a CR in a value": OK + b"A: x\ry\r\nContent-Length: 0\r\n\r\n",
    "a header hidden behind a bare LF": OK + b"A: x\nContent-Length: 2\r\n\r\n{}",
    "a head without an end": OK + b"A: " + b"x" * MAX_HEAD_BYTES,
    "headers without an end": OK + b"A: x\r\n" * (MAX_HEAD_BYTES // 6),
    "a status line without an end": b"HTTP/1.1 200 " + b"x" * MAX_HEAD_BYTES,
    "a chunk size that is no number": CHUNKED + b"Z\r\n",
    "a negative chunk size": CHUNKED + b"-1\r\n",
    "a signed chunk size": CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n",
    "a chunk size with a prefix": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk size after a space": CHUNKED + b" 2\r\n{}\r\n0\r\n\r\n",
    "an empty chunk size": CHUNKED + b"\r\n{}\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": CHUNKED + b"FFFFFFFFFFFFFFFFF\r\n",
    "a chunk longer than its size": CHUNKED + b"2\r\n{}XX",
    "a chunk shorter than its size": CHUNKED + b"5\r\n{}\r\n0\r\n\r\n",
    "chunks above the limit": CHUNKED + b"%x\r\n" % (MAX_BODY_BYTES + 1) + b"x" * (MAX_BODY_BYTES + 1),
    "a chunk size without an end": CHUNKED + b"0" * (MAX_HEAD_BYTES + 1),
    "a chunk extension without an end": CHUNKED + b"1;" + b"a" * MAX_HEAD_BYTES,
    "a trailer without an end": CHUNKED + b"0\r\nA: " + b"1" * MAX_HEAD_BYTES,
}


def read(pieces: list[bytes]) -> HttpResponse:
    """Return the response that the last of `pieces` completes."""
    response = HttpResponse()
    assert [response.feed(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    return response


def feed_slowly(whole: bytes) -> None:
    response, step = HttpResponse(), max(1, len(whole) // 1000)
    for at in range(0, len(whole), step):
        response.feed(whole[at : at + step])


def cut_up(data: st.DataObject, whole: bytes) -> list[bytes]:
    places = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=6)))
    return [whole[begin:end] for begin, end in zip([0, *places], [*places, len(whole)], strict=True)]


def with_length(body: bytes, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\n%b%bContent-Length: %d\r\n\r\n%b" % (status, FIELDS, headers, len(body), body)


def in_chunks(chunks: list[bytes], trailer: bytes = b"") -> bytes:
    body = b"".join(b"%x;name=value\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk)
    return b"HTTP/1.1 200 OK\r\n%bTransfer-Encoding: Chunked\r\n\r\n%b0\r\n%b\r\n" % (FIELDS, body, trailer)


@given(BODIES, st.data())
def test_a_body_with_a_length_is_the_same_in_any_pieces(body: bytes, data: st.DataObject) -> None:
    response = read(cut_up(data, with_length(body)))

    assert (response.status, response.body, response.keeps_alive) == (200, body, True)


@given(st.lists(BODIES, max_size=4), st.sampled_from([b"", b"Trailer: x\r\n"]), st.data())
def test_a_body_in_chunks_is_the_same_in_any_pieces(chunks: list[bytes], trailer: bytes, data: st.DataObject) -> None:
    response = read(cut_up(data, in_chunks(chunks, trailer)))

    assert (response.status, response.body, response.keeps_alive) == (200, b"".join(chunks), True)


@given(BODIES, st.data())
def test_a_body_without_a_length_ends_with_the_connection(body: bytes, data: st.DataObject) -> None:
    response = HttpResponse()
    whole = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n" + body

    assert not any(response.feed(piece) for piece in cut_up(data, whole))
    assert response.finish()
    assert (response.status, response.body, response.keeps_alive) == (502, body, False)


@pytest.mark.parametrize("whole", [with_length(b"twelve bytes"), in_chunks([b"twelve bytes", b"and more"])])
def test_a_torn_response_is_not_complete_when_the_connection_closes(whole: bytes) -> None:
    for end in range(len(whole)):
        response = HttpResponse()
        response.feed(whole[:end])

        assert not response.finish()


def test_ten_megabytes_of_updates_are_read_whole() -> None:
    """People decide how long their messages are: updates that were refused would come again for ever."""
    body = b"x" * 10_000_000
    for whole in (with_length(body), in_chunks([body[:4000]] * 2500)):
        response = HttpResponse()
        pieces = [whole[at : at + 16_384] for at in range(0, len(whole), 16_384)]
        assert [response.feed(piece) for piece in pieces][-1]
        assert response.body == body


def test_informational_responses_are_passed_over() -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    response = read([early + with_length(b"{}")])

    assert (response.status, response.body) == (200, b"{}")


@pytest.mark.parametrize(
    "whole",
    [
        with_length(b"{}", headers=b"Connection: Close\r\n"),
        with_length(b"{}").replace(b"HTTP/1.1", b"HTTP/1.0"),
        with_length(b"{}", headers=b"Connection: keep-alive\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"),
        *(
            whole + unasked
            for whole in (
                with_length(b"{}"),
                in_chunks([b"{}"]),
                with_length(b"{}", headers=b"Connection: close\r\n"),
            )
            for unasked in (b"x", b"\r\n", b"\n", b"\r", b" ", b"\0", b"H", OK, with_length(b"[]"))
        ),
    ],
)
def test_after_a_close_or_unasked_bytes_the_connection_is_not_used_again(whole: bytes) -> None:
    response = read([whole])

    assert (response.status, response.body, response.keeps_alive) == (200, b"{}", False)


@pytest.mark.parametrize("headers", [b"", b"Content-Length: 2\r\n"])
def test_a_response_without_content_has_no_body(headers: bytes) -> None:
    response = read([b"HTTP/1.1 204 No Content\r\n%b\r\n" % headers])

    assert (response.status, response.body, response.keeps_alive) == (204, b"", True)


@pytest.mark.parametrize("whole", REFUSED.values(), ids=REFUSED)
def test_bytes_that_are_no_response_are_refused(whole: bytes) -> None:
    with pytest.raises(MalformedResponse):
        HttpResponse().feed(whole)

    with pytest.raises(MalformedResponse):
        feed_slowly(whole)


@given(st.binary(max_size=200), st.data())
def test_any_bytes_are_a_response_or_malformed_or_incomplete(tail: bytes, data: st.DataObject) -> None:
    response = HttpResponse()
    try:
        for piece in cut_up(data, OK + tail):
            if response.feed(piece):
                assert response.status >= 200
                return
    except MalformedResponse:
        return
