"""Answer the buttons that ask for the whole declaration as a file: a web page, an e-book or a PDF leaflet."""

import logging
from functools import cached_property
from typing import assert_never

import msgspec

from bot.chart.drawing_process import DrawingFailed, DrawingProcess
from bot.export import leaflet_packages
from bot.export.document import document, documents
from bot.export.web_page import web_page
from bot.flows.offline import offline_screens
from bot.flows.offline.offline_screens import ChoiceRequest, FileRequest
from bot.model.events import Event
from bot.model.file_kinds import FileKind, file_name
from bot.model.replies import CallbackReplies, EditMessage, SendFile, Toast
from content.model import Campaign, Lang
from content.screens.navigation.places import Place
from content.screens.reader import Reader

log = logging.getLogger(__name__)


class OfflineFiles:
    """Make each file when somebody first asks for it, and keep it in memory: 100 kB for the shipped campaign.

    A leaflet is a PDF to print and fold, which a subprocess writes in about a second. It is not offered if the
    packages for it are not installed, or if a first try has shown that the fonts lack letters of the language.
    """

    def __init__(self, process: DrawingProcess) -> None:
        self._process = process
        self._files: dict[tuple[FileKind, Lang], bytes] = {}

    @cached_property
    def _kinds(self) -> tuple[FileKind, ...]:
        return tuple(kind for kind in FileKind if kind is not FileKind.PDF or leaflet_packages.are_installed())

    async def replies(self, event: Event, reader: Reader) -> CallbackReplies | None:
        """Return the screen with the choice of files, or the file that a press asks for; None for other events."""
        request = offline_screens.request(event, reader)
        match request:
            case None:
                return None
            case ChoiceRequest(reader, origin):
                return await self._choice(reader, origin)
            case FileRequest(reader, kind):
                return await self._sent_file(reader, kind)
            case _:
                assert_never(request)

    async def _choice(self, reader: Reader, origin: Place | None = None) -> CallbackReplies:
        sizes = {kind: await self._size(reader, kind) for kind in self._kinds}
        possible = {kind: size for kind, size in sizes.items() if size is not None}
        return (Toast(), EditMessage(offline_screens.choice(reader, possible, origin)))

    async def _size(self, reader: Reader, kind: FileKind) -> int | None:
        """Return the size of a file in bytes: 0 for a leaflet not written yet, None if it cannot be written."""
        if kind is FileKind.PDF:
            leaflet = self._files.get((kind, reader.lang))
            return 0 if leaflet is None else len(leaflet) or None
        return len(await self._file(reader.campaign, kind, reader.lang))

    async def _sent_file(self, reader: Reader, kind: FileKind) -> CallbackReplies:
        """Return the replies that send a file. If it cannot be made, show a notice and the choice of other files."""
        content = await self._file(reader.campaign, kind, reader.lang) if kind in self._kinds else b""
        if not content:
            _, *choice = await self._choice(reader)
            return (Toast(reader.say("offline.not_made")), *choice)
        caption = offline_screens.caption(reader, kind)
        lang = reader.campaign.original if kind is FileKind.HTML else reader.lang
        return (Toast(), SendFile(content, file_name(kind, lang), caption, name=f"offline.{kind}.{lang}"))

    async def _file(self, campaign: Campaign, kind: FileKind, lang: Lang) -> bytes:
        """Return the content of a file; b"" if it cannot be made. There is one web page, with all languages."""
        key = (kind, campaign.original if kind is FileKind.HTML else lang)
        if key not in self._files:
            try:
                self._files[key] = await self._made(campaign, kind, lang)
            except DrawingFailed as error:
                log.warning("A leaflet was not written, and is not offered now: %s", error)
                return b""
        return self._files[key]

    async def _made(self, campaign: Campaign, kind: FileKind, lang: Lang) -> bytes:
        match kind:
            case FileKind.HTML:
                return web_page(documents(campaign))
            case FileKind.EPUB:
                from bot.export.epub_file import epub_file  # zipfile takes a third of a megabyte

                return epub_file(document(campaign, lang))
            case FileKind.PDF:
                json = msgspec.json.encode(document(campaign, lang))
                return await self._process.run("bot.export.leaflet", json)
            case _:
                assert_never(kind)
