"""Files over HTTP: to people's apps with their type, to bots as Telegram's file server gives them."""

from urllib.parse import quote

from aiohttp import web

from playground.errors import Refused
from playground.messages.files import File
from playground.web import page_files
from playground.world.state import State

# What a browser may show inside the page; all else is a download, so that no file becomes a page of the box.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
_HEADERS = page_files.HEADERS | {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600, immutable",  # the address names the bytes
}


def to_person(request: web.BaseRequest, state: State, unique: str) -> web.Response:
    file, data = _found(state, unique)
    if file is None or data is None:
        return web.Response(status=404, text="There is no such file, or newer ones took its place.")
    headers = _HEADERS | {"Accept-Ranges": "bytes"}
    if not file.mime.startswith(_SHOWN):
        name = quote(str(file.details.get("file_name", "file")))
        headers |= {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return _part(request, data, headers | {"Content-Type": _type(file)})


def to_bot(state: State, path: str) -> web.Response:
    """`path` is a file_path of getFile: KIND/file_UNIQUE.ending."""
    _, data = _found(state, path.rpartition("/file_")[2].partition(".")[0])
    if data is None:
        return web.json_response(Refused(404).answer(), status=404)
    return web.Response(body=data, content_type="application/octet-stream")


def _found(state: State, unique: str) -> tuple[File | None, bytes | None]:
    file = state.files.named(unique)
    return file, state.files.bytes_of(file) if file else None


def _type(file: File) -> str:
    return file.mime if file.mime.startswith(_SHOWN) and file.mime.isprintable() else "application/octet-stream"


def _part(request: web.BaseRequest, data: bytes, headers: dict[str, str]) -> web.Response:
    """All of it, or the range that a player asks for."""
    try:
        asked = request.http_range
    except ValueError:
        return web.Response(status=416)
    if asked.start is None and asked.stop is None:
        return web.Response(body=data, headers=headers)
    start, stop, _ = asked.indices(len(data))
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers |= {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
    return web.Response(status=206, body=data[start:stop], headers=headers)
