"""Press every button that admins can reach, in each language and each state of a draft and of an announcement.

The parts of the bot for admins are real, with a database on disk and an engine that sends to the playground. Only the
messages to admins are recorded in place of being sent. A press that changes a draft is undone before the next one.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from telegram import Bot

from bot.admin_wiring import open_team
from bot.audit.denials import Denials
from bot.broadcast.authoring.draft import Draft, approval_code, content_code
from bot.broadcast.authoring.framing import NEW_LIST
from bot.broadcast.progress.progress_view import current_job
from bot.broadcast_wiring import BroadcastComponents, broadcast_components
from bot.chart.renderer import ChartRenderer
from bot.dependencies import Dependencies
from bot.model.announcement import ChannelPlan, LinkButton, Media, Piece
from bot.model.audience import Audience
from bot.model.command_parsing import command_in
from bot.model.events import ChatId, Event, Sender, SignedPress, TextMessage, UserId
from bot.model.replies import EditMessage, EditPanel, Replies, SendPhoto, SendText, Toast
from bot.panic.freeze import Freeze
from bot.runtime.clock_guard import ClockGuard
from bot.signing.signer import AnnouncementSigner
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.files.photo_sender import send_photo
from bot.telegram_api.sending.panels import Panels
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Screen
from storage.store import opened
from tests.support.announcement_admins import Clock
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, playground_alone
from tests.support.broadcast_sender import add_subscribers, today

WRITER, OTHER, PEOPLE, CHANNEL = ADMIN, 1003, 90, -1002778
WRITTEN = "Qqq qqq"  # what the admin writes, in no language
ADDRESS = "https://example.org/qqq"
COMMANDS = ("/announcements", "/broadcast", "/stats")
TEAM_COMMANDS = ("/team", "/factor", "/panic")
# Actions that change an announcement for good. Each is pressed once, on the way to the next state.
_FINAL = (
    *("x.pause", "x.resume", "x.stop", "x.recall", "x.resend", "x.retry", "x.send", "x.only", "b.yes", "b.no"),
    *("t.suspend", "c.forgotten", "f.on", "p.freeze", "p.lift", "p.shred"),
)
_SLOW = re.compile(r"b\.card\.\w+\.(?!c[01]|d0)\w+")  # cards to draw, except the first ones


@dataclass(frozen=True, slots=True)
class Seen:
    """A screen that an admin saw, in a language and a state. `is_last` says that no other screen followed it."""

    state: str
    lang: Lang
    screen: Screen
    is_caption: bool = False
    is_last: bool = True
    is_notice: bool = False  # sent by the bot on its own initiative, to any admin


@dataclass
class Recorder:
    """Record the messages to admins that answer nothing."""

    panels: Panels
    screens: list[Screen] = field(default_factory=list)

    async def notify(self, person: int, replies: Replies, /) -> bool:
        self.screens += [screen for screen, _ in screens_of(replies)]
        return True

    async def show_screen(self, person: int, screen: Screen, message: int | None = None, /) -> int | None:
        self.screens.append(screen)
        return message or 77

    @property
    def photo_sender(self) -> "Recorder":
        return self

    async def upload(self, chat: ChatId, photo: SendPhoto, /) -> str | None:
        return "card"

    async def remove_message(self, person: int, message: int, /) -> bool:
        return True

    async def send_replies(self, event: Event, replies: Replies) -> None:
        self.screens += [screen for screen, _ in screens_of(replies)]


def screens_of(replies: Replies) -> Iterator[tuple[Screen, bool]]:
    """Yield each screen in the replies, and whether it is the caption of a picture."""
    for reply in replies:
        match reply:
            case SendText(screen) | EditMessage(screen) | EditPanel(screen):
                yield screen, False
            case SendPhoto(caption=caption):
                yield caption, True
            case _:
                pass


def actions(screen: Screen) -> Iterator[str]:
    return (button.action for row in screen.rows for button in row if isinstance(button, ActionButton))


@dataclass
class Crawler:
    """An admin's hands and eyes."""

    parts: BroadcastComponents
    recorder: Recorder
    clock: Clock
    freeze: Freeze
    seen: list[Seen] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    pressed: int = 0

    @property
    def _drafts(self) -> Any:
        return self.parts.admin_commands._editor._drafts

    @property
    def service(self) -> Any:
        return self.parts.admin_commands._announcement_list._service

    async def save(self, draft: Draft | None, owner: int = WRITER) -> None:
        await (self._drafts.save(owner, draft) if draft else self._drafts.erase(owner))

    async def walk(
        self,
        state: str,
        admin: int = WRITER,
        begin: tuple[str, ...] = (),
        follow: tuple[str, ...] = ("",),
        commands: tuple[str, ...] = COMMANDS,
    ) -> None:
        """Press every button that can be reached from `commands`, or from the buttons `begin`, in each language.

        Only actions that begin with one of `follow` are pressed.
        """
        for lang in CAMPAIGN.languages:
            waiting = deque(begin)
            for command in () if begin else commands:
                waiting += await self._act(state, lang, _message(admin, command), command)
            known = set(waiting)
            while waiting:
                action = waiting.popleft()
                press = SignedPress("q", ChatId(admin), Sender(UserId(admin)), 5, lang, action)
                new = await self._act(state, lang, press, action)
                waiting += [other for other in new if other not in known and other.startswith(follow)]
                known |= set(new)

    async def announce(self, draft: Draft) -> str:
        """Have a draft approved by the other admin; return the name of its broadcast."""
        before = len(self.service.numbers())
        await self.save(draft)
        await self.press(f"b.send.{content_code(draft)}")
        await self.press(f"b.yes.{approval_code(self._drafts.get(WRITER), WRITER)}", OTHER)
        await wait_until(lambda: len(self.service.numbers()) > before)
        return str(self.service.progress(self.service.numbers()[-1]).name)

    async def name_channel(self) -> ChannelPlan:
        """Name the channel; return a plan for a post there in English."""
        store = self.parts.admin_commands._channel._access.store
        return ChannelPlan((await store.name(CHANNEL, WRITTEN, "", by=WRITER)).tag, ("en",))

    async def wait_until_over(self) -> None:
        """Wait until the newest broadcast has nothing left to do."""
        number = self.service.numbers()[-1]
        await wait_until(lambda: current_job(self.service.progress(number)) is None)

    async def press(self, action: str, admin: int = WRITER) -> None:
        """Press a button for good, in English."""
        press = SignedPress("q", ChatId(admin), Sender(UserId(admin)), 5, Lang("en"), action)
        await self.parts.admin_commands.replies(press, Reader(CAMPAIGN, Lang("en")), {})

    async def _act(self, state: str, lang: Lang, event: SignedPress | TextMessage, name: str) -> list[str]:
        """Do something and undo it; return the actions of the buttons that appeared."""
        before = self._drafts.get(event.sender.id)
        self.recorder.screens.clear()
        self.pressed += 1
        replies = await self.parts.admin_commands.replies(event, Reader(CAMPAIGN, lang), {})
        shown = list(screens_of(replies or ()))
        if replies == (Toast(),):
            shown += await self._progress(name, Reader(CAMPAIGN, lang))
        await self.save(before, event.sender.id)
        if not shown and not any(isinstance(reply, Toast) and reply.text for reply in replies or ()):
            self.unanswered.append(f"{state}, {lang}: {name}")
        self.seen += [
            Seen(state, lang, screen, is_caption, is_last=index == len(shown) - 1)
            for index, (screen, is_caption) in enumerate(shown)
        ]
        self.seen += [Seen(state, lang, screen, is_last=False, is_notice=True) for screen in self.recorder.screens]
        return [
            action
            for screen, _ in shown
            for action in actions(screen)
            if not action.startswith(_FINAL) and not _SLOW.fullmatch(action)
        ]

    async def _progress(self, action: str, reader: Reader) -> list[tuple[Screen, bool]]:
        """Return the progress of the announcement that `action` opens, which the monitor shows a moment later."""
        monitor = self.parts.admin_commands._monitor
        _, _, name = action.partition(".open.")
        number = self.service.number_of(name)
        return [(await monitor.report_screen(number, reader, NEW_LIST), False)] if number else []


async def wait_until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_true():
            await asyncio.sleep(0.02)


def _message(admin: int, text: str) -> TextMessage:
    return TextMessage(ChatId(admin), Sender(UserId(admin)), 1, text, is_private=True, command=command_in(text))


def some_draft(lang: str = "en") -> Draft:
    """Return a draft with texts, a picture, link buttons and an audience."""
    return Draft(
        admin_language=lang,
        default_language="en",
        pieces={
            "en": Piece(WRITTEN),
            "fa": Piece(f"{WRITTEN} {ADDRESS}?utm_source=qqq", media=Media.PHOTO, file_id="AgACqqq"),
        },
        links={"en": (LinkButton(WRITTEN, ADDRESS),)},
        audience=Audience(frozenset({1, 2}), None),
        shares_media=True,
    )


@asynccontextmanager
async def crawler(folder: Path, clock: Clock, admins: str = f"{WRITER},{OTHER}") -> AsyncIterator[Crawler]:
    """Yield a crawler for a bot whose data are in `folder`."""
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(playground_alone(folder, bulk_users=PEOPLE, clock=clock.true))
        settings, transport = place.settings(ADMIN_IDS=admins), Transport()
        await transport.initialize()
        stack.push_async_callback(transport.shutdown)
        store = await stack.enter_async_context(
            opened(settings.database, settings.keys, today(), place.bot_id)  # type: ignore[arg-type]
        )
        if not await store.subscribers.count():
            await add_subscribers(store, PEOPLE)
        bot = Bot(settings.token, f"{settings.api_url}/bot", request=transport, get_updates_request=transport)
        await bot.initialize()
        recorder = Recorder(Panels(bot))

        async def balance() -> int:
            return 0

        team, trail = await open_team(settings, store, clock)
        dependencies = Dependencies(
            settings=settings, campaign=CAMPAIGN, store=store, limiter=RateLimiter(settings.send_rate),
            sender=recorder,  # type: ignore[arg-type]
            renderer=ChartRenderer(), balance=balance, signer=Signer(settings.token),
            announcement_signer=AnnouncementSigner(CAMPAIGN),
            clock_guard=ClockGuard(clock, clock.steady), bot=bot, now=clock, username=bot.username,
            freeze=Freeze(settings.keys), send_photo=partial(send_photo, bot),
            team=team, trail=trail, denials=Denials(trail, lambda user: True),
        )  # fmt: skip
        parts = await stack.enter_async_context(broadcast_components(dependencies, asyncio.Event()))
        loops = [asyncio.create_task(loop) for loop in parts.background()]
        try:
            yield Crawler(parts, recorder, clock, dependencies.freeze)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
