"""Serve the files of messages over HTTP: to web chats for display, and to bots as Telegram's file server does."""

from urllib.parse import quote

from aiohttp import web

from playground.errors import BotApiError
from playground.messages.files import StoredFile
from playground.web import page_files
from playground.world.state import PlaygroundState

# The types that a browser may show. Any other file is saved, so that it cannot act as a page of this site.
_INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
_HEADERS = page_files.HEADERS | {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600, immutable",  # the address identifies the bytes
}


def for_person(request: web.BaseRequest, state: PlaygroundState, unique_id: str) -> web.Response:
    """Return a file, or the requested range of it, as a response for a person's web chat."""
    file, data = _find(state, unique_id)
    if file is None or data is None:
        return web.Response(status=404, text="There is no such file, or newer files have displaced it.")
    headers = _HEADERS | {"Accept-Ranges": "bytes"}
    if not file.mime.startswith(_INLINE_TYPES):
        name = quote(str(file.details.get("file_name", "file")))
        headers |= {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return _range(request, data, headers | {"Content-Type": _content_type(file)})


def for_bot(state: PlaygroundState, path: str) -> web.Response:
    """Return a file as a response for a bot. `path` is a file_path of getFile: KINDs/file_UNIQUE-ID.EXTENSION."""
    _, data = _find(state, path.rpartition("/file_")[2].partition(".")[0])
    if data is None:
        return web.json_response(BotApiError(404).to_json(), status=404)
    return web.Response(body=data, content_type="application/octet-stream")


def _find(state: PlaygroundState, unique_id: str) -> tuple[StoredFile | None, bytes | None]:
    file = state.files.get(unique_id)
    return file, state.files.bytes_of(file) if file else None


def _content_type(file: StoredFile) -> str:
    is_inline = file.mime.startswith(_INLINE_TYPES) and file.mime.isprintable()
    return file.mime if is_inline else "application/octet-stream"


def _range(request: web.BaseRequest, data: bytes, headers: dict[str, str]) -> web.Response:
    """Return the response with all of `data`, or with the byte range of the request's Range header."""
    try:
        http_range = request.http_range
    except ValueError:
        return web.Response(status=416)
    if http_range.start is None and http_range.stop is None:
        return web.Response(body=data, headers=headers)
    start, stop, _ = http_range.indices(len(data))
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers |= {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
    return web.Response(status=206, body=data[start:stop], headers=headers)
