"""Store the language of each admin, and send admins messages at any time, not only in answer to an update."""

import logging
from functools import partial
from typing import Protocol

import msgspec

from bot.broadcast.authoring.draft_store import DraftStore
from bot.model import stored_json
from bot.model.replies import Replies, SendText
from bot.team import permissions
from bot.team.membership import Team
from content.model import Campaign, Lang
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.errors import StorageTrouble
from storage.store import Store

_DOCUMENT = b"admins/languages"

log = logging.getLogger(__name__)


class MessageSender(Protocol):
    """Send, edit and delete messages at any time, not only in answer to an update. Implemented by `ReplySender`."""

    async def notify(self, person: int, replies: Replies, /) -> bool: ...

    async def show_screen(self, person: int, screen: Screen, message: int | None = None, /) -> int | None: ...

    async def remove_message(self, person: int, message: int, /) -> bool: ...


class Admins:
    """The admins who are allowed to act: their ids, the language of each, and methods that send them messages.

    The stored language of an admin is that of the bot's last answer to them. Call `open` before anything else.
    """

    def __init__(
        self, team: Team, campaign: Campaign, store: Store, drafts: DraftStore, sender: MessageSender
    ) -> None:
        self.team = team
        self._campaign = campaign
        self._store = store
        self._drafts = drafts
        self._sender = sender
        self._languages: dict[str, str] = {}

    @property
    def ids(self) -> list[int]:
        """Return the ids of all admins who are allowed to act."""
        return self.team.ids

    async def open(self) -> None:
        """Load the languages, and erase those of people who are no longer admins."""
        content = await self._store.documents.get(self._store.database, _DOCUMENT)
        self._languages = stored_json.convert(stored_json.parse(content), dict[str, str]) if content else {}
        for former in set(self._languages) - set(map(str, self.team.known_ids)):
            await self.forget(int(former))

    async def remember_language(self, admin: int, language: Lang) -> None:
        """Store the language in which the bot has just answered an admin. A database error is only logged."""
        if self._languages.get(str(admin)) == language:
            return
        try:
            await self._save({**self._languages, str(admin): str(language)})
        except StorageTrouble as error:
            log.warning("An admin's language was not stored (%s): notices may use another", type(error).__name__)

    def language(self, admin: int) -> str | None:
        """Return the language in which an admin was last answered; None if it is not stored."""
        return self._languages.get(str(admin))

    async def forget(self, admin: int) -> None:
        """Erase the stored language of an admin; the next answer stores it again."""
        if str(admin) in self._languages:
            await self._save({known: lang for known, lang in self._languages.items() if known != str(admin)})

    async def _save(self, languages: dict[str, str]) -> None:
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _DOCUMENT, msgspec.json.encode(languages))
        self._store.database.mark_erased()
        self._languages = languages

    def others(self, owner: int) -> list[int]:
        """Return the ids of the other admins who may now approve an announcement that the admin `owner` wrote."""
        return [admin for admin in self.team.confirmers() if admin != owner]

    async def reader(self, admin: int, default_language: str) -> Reader:
        """Return the Reader for an admin's language. A Reader provides the phrases of one language.

        The language is that of the bot's last answer to the admin. If that is not stored, it is the language of the
        admin's draft, or else of their subscription, or else `default_language`. If the campaign does not have this
        language, use the campaign's original language.
        """
        language = self._languages.get(str(admin)) or await self._stored_language(admin) or default_language
        is_known = language in self._campaign.languages
        return Reader(self._campaign, Lang(language) if is_known else self._campaign.original)

    async def _stored_language(self, admin: int) -> str | None:
        if draft := self._drafts.get(admin):
            return draft.admin_language
        subscriber = await self._store.subscribers.get(admin)
        return subscriber.language if subscriber else None

    async def notify(self, admin: int, replies: Replies) -> bool:
        """Send new messages to an admin, without the buttons that the admin's role forbids.

        Return False if the messages did not arrive.
        """
        return await self._sender.notify(admin, permissions.permitted_replies(replies, partial(self.team.may, admin)))

    async def notify_phrase(self, admin: int, key: str, default_language: str) -> bool:
        """Send the phrase with this key in the admin's language; return False if the message did not arrive."""
        return await self.notify(admin, (SendText(phrase_screen(await self.reader(admin, default_language), key)),))

    async def show(self, admin: int, screen: Screen, message: int | None = None) -> int | None:
        """Show a screen to an admin, without the buttons that the admin's role forbids.

        `message` is the id of the message to edit; None means to send a new one. Return the id of the message that
        shows the screen. Return UNCERTAIN if Telegram did not answer, or None if the screen cannot be shown.
        """
        permitted = permissions.permitted_screen(screen, partial(self.team.may, admin))
        return await self._sender.show_screen(admin, permitted, message)

    async def remove(self, admin: int, message: int) -> bool:
        """Delete a message of the bot; return False if Telegram does not let it be deleted any more."""
        return await self._sender.remove_message(admin, message)


def phrase_screen(reader: Reader, key: str, **values: str | int) -> Screen:
    """Return a screen without buttons that shows the phrase with this key. `values` fill its placeholders."""
    return Screen((Span(reader.say(key, **values)),))
