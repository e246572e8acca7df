"""The web chat's files, with headers that let nothing in from elsewhere."""

from pathlib import Path

from aiohttp import web

_HERE = Path(__file__).parents[1] / "page"
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
_WITHOUT_PAGE = "The box runs. Its web chat (playground/page/index.html) is not here; the Bot API and /box/ are."


def serve(path: str) -> web.Response:
    """The file behind `/` or `/page/NAME`."""
    name = "index.html" if path == "/" else path.removeprefix("/page/")
    file = _files().get(name)
    if file is None:
        found = path == "/"
        return web.Response(status=200 if found else 404, text=_WITHOUT_PAGE if found else "There is no such page.")
    return web.Response(body=file.read_bytes(), content_type=_TYPES[file.suffix], charset="utf-8", headers=HEADERS)


def _files() -> dict[str, Path]:
    """What may be had, by name: a name that is not among them reaches no file."""
    return {
        str(file.relative_to(_HERE)): file for file in _HERE.rglob("*") if file.suffix in _TYPES and file.is_file()
    }
