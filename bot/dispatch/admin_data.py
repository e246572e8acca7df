"""What is kept of an admin beside what a subscriber chose: told by /mydata, and erased with everything else."""

from collections.abc import Iterator

from bot.broadcast.authoring import draft_text
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.progress.monitor import ProgressMonitor
from content.screens.reader import Reader


class AdminData:
    def __init__(self, admins: Admins, writing: Editor, watch: ProgressMonitor) -> None:
        self._admins = admins
        self._desk = writing
        self._watch = watch

    def has_draft(self, admin: int) -> bool:
        return self._desk.draft(admin) is not None

    def told(self, admin: int, reader: Reader) -> Iterator[str]:
        """Line by line."""
        if language := self._admins.language(admin):
            yield reader.say("mydata.admin", value=draft_text.language_name(reader, language))
        if one := self._desk.draft(admin):
            yield reader.say("mydata.draft", value=_written(reader, one))
        if number := self._watch.shown_to(admin):
            yield reader.say("mydata.progress", value=reader.book.language.number(number))

    async def forget(self, somebody: int) -> None:
        """Until they are heard of again as an admin."""
        await self._desk.forget(somebody)
        await self._watch.forget(somebody)
        await self._admins.forget(somebody)


def _written(reader: Reader, one: Draft) -> str:
    names = [draft_text.language_name(reader, lang) for lang in one.pieces]
    return (reader.say("word.comma") + " ").join(names) or reader.say("mydata.draft_empty")
