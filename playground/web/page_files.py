"""Serve the files of the web chat, with headers that forbid content from other sites."""

from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parents[1] / "page"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_WITHOUT_PAGE = "The playground runs without its web chat (playground/page/index.html): use the Bot API and /box/."


def serve(path: str) -> web.Response:
    """Return the response with the file for the path `/` or `/page/NAME`; status 404 if there is none."""
    name = "index.html" if path == "/" else path.removeprefix("/page/")
    file = _files().get(name)
    if file is None:
        is_root = path == "/"
        return web.Response(
            status=200 if is_root else 404, text=_WITHOUT_PAGE if is_root else "There is no such page."
        )
    return web.Response(body=file.read_bytes(), content_type=_TYPES[file.suffix], charset="utf-8", headers=HEADERS)


def _files() -> dict[str, Path]:
    """Return all files of the web chat by name. Only these are served, so no path can lead out of the folder."""
    return {
        str(file.relative_to(_FOLDER)): file
        for file in _FOLDER.rglob("*")
        if file.suffix in _TYPES and file.is_file()
    }
