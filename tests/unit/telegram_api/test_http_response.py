"""An answer is the same however it is cut up, and what is none is never taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_api.http import http_response
from bot.telegram_api.http.http_response import HttpResponse, Malformed

BODIES = st.binary(max_size=300)
FIELDS = b"Server: nginx\r\nAccess-Control-Expose-Headers: Content-Length,Content-Type\r\n"


def read(pieces: list[bytes]) -> HttpResponse:
    """After all pieces, the last of which makes it whole."""
    answer = HttpResponse()
    assert [answer.feed(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    return answer


def cut_up(data: st.DataObject, whole: bytes) -> list[bytes]:
    places = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=6)))
    return [whole[begin:end] for begin, end in zip([0, *places], [*places, len(whole)], strict=True)]


def with_length(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\n%b%bContent-Length: %d\r\n\r\n%b" % (status, FIELDS, more, len(body), body)


def in_chunks(chunks: list[bytes], after: bytes = b"") -> bytes:
    told = b"".join(b"%x;name=value\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk)
    return b"HTTP/1.1 200 OK\r\n%bTransfer-Encoding: Chunked\r\n\r\n%b0\r\n%b\r\n" % (FIELDS, told, after)


@given(BODIES, st.data())
def test_a_body_of_a_told_length_is_the_same_in_any_pieces(body: bytes, data: st.DataObject) -> None:
    answer = read(cut_up(data, with_length(body)))

    assert (answer.status, answer.body, answer.keeps) == (200, body, True)


@given(st.lists(BODIES, max_size=4), st.sampled_from([b"", b"Trailer: x\r\n"]), st.data())
def test_a_body_in_chunks_is_the_same_in_any_pieces(chunks: list[bytes], after: bytes, data: st.DataObject) -> None:
    answer = read(cut_up(data, in_chunks(chunks, after)))

    assert (answer.status, answer.body, answer.keeps) == (200, b"".join(chunks), True)


@given(BODIES, st.data())
def test_a_body_without_a_length_ends_with_the_connection(body: bytes, data: st.DataObject) -> None:
    answer = HttpResponse()
    whole = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n" + body

    assert not any(answer.feed(piece) for piece in cut_up(data, whole))
    assert answer.closed()
    assert (answer.status, answer.body, answer.keeps) == (502, body, False)


@pytest.mark.parametrize("whole", [with_length(b"twelve bytes"), in_chunks([b"twelve bytes", b"and more"])])
def test_a_torn_answer_is_not_whole_when_the_connection_closes(whole: bytes) -> None:
    for end in range(len(whole)):
        answer = HttpResponse()
        answer.feed(whole[:end])

        assert not answer.closed()


def test_ten_megabytes_of_updates_are_read_whole() -> None:
    """Whoever writes to the bot decides how long they are: refused, they would come again for ever."""
    body = b"x" * 10_000_000
    for whole in (with_length(body), in_chunks([body[:4000]] * 2500)):
        answer = HttpResponse()
        pieces = [whole[at : at + 16_384] for at in range(0, len(whole), 16_384)]
        assert [answer.feed(piece) for piece in pieces][-1]
        assert answer.body == body


def test_what_comes_before_the_answer_is_passed_over() -> None:
    answer = read([b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + with_length(b"{}")])

    assert (answer.status, answer.body) == (200, b"{}")


@pytest.mark.parametrize(
    "whole",
    [
        with_length(b"{}", more=b"Connection: Close\r\n"),
        with_length(b"{}").replace(b"HTTP/1.1", b"HTTP/1.0"),
        with_length(b"{}") + b"HTTP/1.1 200 OK\r\n",
        in_chunks([b"{}"]) + b"x",
    ],
)
def test_after_some_answers_the_connection_is_not_used_again(whole: bytes) -> None:
    answer = read([whole])

    assert (answer.status, answer.body, answer.keeps) == (200, b"{}", False)


def test_some_answers_have_no_body() -> None:
    answer = read([b"HTTP/1.1 204 No Content\r\n\r\n"])

    assert (answer.status, answer.body, answer.keeps) == (204, b"", True)


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 999 No\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (http_response.MOST_BODY + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}XX",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % (http_response.MOST_BODY + 1),
        b"x" * (http_response.MOST_HEAD + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * (http_response.MOST_HEAD + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"1" * (http_response.MOST_HEAD + 1),
    ],
)
def test_what_is_no_answer_is_refused(said: bytes) -> None:
    with pytest.raises(Malformed):
        HttpResponse().feed(said)


@given(st.binary(max_size=200), st.data())
def test_whatever_comes_it_is_an_answer_or_malformed_or_unfinished(said: bytes, data: st.DataObject) -> None:
    answer = HttpResponse()
    try:
        for piece in cut_up(data, b"HTTP/1.1 200 OK\r\n" + said):
            if answer.feed(piece):
                assert answer.status >= 200
                return
    except Malformed:
        return
