"""Encode the parameters of a call as the body of its request. Pure."""

from collections.abc import Iterator
from secrets import token_hex
from urllib.parse import urlencode

from telegram.request import RequestData

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# Random, so that no file can contain this line.
_BOUNDARY = token_hex(16)
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})  # as browsers do (HTML, "multipart form data")


def encode_form(data: RequestData | None) -> tuple[bytes, str]:
    """Return the body of a request with the parameters `data`, and its content type.

    The body contains the files in `data` as a whole, so all of them are in memory.
    """
    if data is None:
        return b"", FORM
    if data.contains_files:
        return b"".join(_multipart(data)), f"multipart/form-data; boundary={_BOUNDARY}"
    return urlencode(data.json_parameters).encode(), FORM


def _multipart(data: RequestData) -> Iterator[bytes]:
    """Yield the pieces of a multipart body (RFC 7578)."""
    for name, value in data.json_parameters.items():
        yield _part_head(name, "")
        yield value.encode()
        yield b"\r\n"
    for name, (filename, content, content_type) in data.multipart_data.items():
        yield _part_head(name, f'; filename="{filename.translate(_QUOTED)}"\r\nContent-Type: {content_type}')
        yield content if isinstance(content, bytes) else content.read()
        yield b"\r\n"
    yield f"--{_BOUNDARY}--\r\n".encode()


def _part_head(name: str, parameters: str) -> bytes:
    disposition = f'form-data; name="{name.translate(_QUOTED)}"{parameters}'
    return f"--{_BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
