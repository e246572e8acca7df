"""Follow every button of every screen for readers: none is a dead end, too long, or composed of unknown words.

The walk starts with /start and with typical texts in each language. It presses each callback button once, through the
flows that answer people. Announcements are not part of a flow, so that their button is only checked to be answered.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import pytest

from bot.flows.commands import Responder, responder_of
from bot.flows.context import FlowContext
from bot.flows.offline import offline_screens
from bot.flows.privacy_screens import picture_request
from bot.flows.requests import recognized
from bot.flows.router import decide
from bot.model.command_parsing import command_in
from bot.model.events import ButtonPress, ChatId, OtherMessage, Sender, TextMessage, UserId
from bot.model.file_kinds import FileKind
from bot.model.replies import CallbackReply, EditMessage, Replies, SendText, SetLanguage, Toast
from content.model import Lang
from content.plurals import phrase_forms
from content.screens import card_request
from content.screens.copying.copy_data import from_copy_data
from content.screens.frame import has_way_home
from content.screens.navigation.button_data import DATA_LIMIT, from_data
from content.screens.navigation.places import AtClause, AtTopic, LanguageChosen
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Button, CallbackButton, Screen, UrlButton, units
from content.screens.split import split_screen
from tests.support.bot_and_playground import CAMPAIGN, MATCHER
from tests.unit.content.test_screens import _has_line

LANGUAGES = list(CAMPAIGN.languages)
BOT, PERSON, GROUP = "declaration_bot", 5, -7
COMMANDS = ("/start", "/help", "/language", "/clause", "/declaration", "/topics", "/demands", "/privacy", "/settings",
            "/mydata", "/start clause-4", "/start nowhere", "/start subscribe", "/clause 99", "/dance")  # fmt: skip
QUESTIONS = {
    "en": ("girls school", "rights", "leaders", "hello", "qwertz", "4 and 5"),
    "fa": ("مکتب دختران", "حقوق", "سلام", "قیمت آرد", "ماده ۴"),
    "ps": ("د نجونو ښوونځي", "حقونه", "سلامونه", "د المان ویزه", "څلورمه ماده"),
}


@dataclass
class Walk:
    """A walk over all screens, of a person in private or of a member of a group."""

    lang: Lang
    is_private: bool
    screens: list[Screen] = field(default_factory=list)
    pressed: set[str] = field(default_factory=set)

    @property
    def chat(self) -> ChatId:
        return ChatId(PERSON if self.is_private else GROUP)

    @property
    def sender(self) -> Sender:
        return Sender(UserId(PERSON), self.lang)

    def start(self) -> None:
        """Send every text and follow every button."""
        waiting: deque[Screen] = deque()
        for text in (*COMMANDS, *QUESTIONS[self.lang]):
            waiting.extend(self._shown(self._say(text)))
        if self.is_private:
            photo = OtherMessage(self.chat, self.sender, 1, is_private=True)
            waiting.extend(self._shown(decide(photo, self._context())))
        while waiting:
            screen = waiting.popleft()
            self.screens.append(screen)
            for data in callback_data(screen):
                # A text to copy is the same from everywhere.
                target = data.partition("/")[0] if from_copy_data(data) else data
                if target not in self.pressed:
                    self.pressed.add(target)
                    waiting.extend(self._shown(self._press(data)))

    def _say(self, text: str) -> Replies:
        event = TextMessage(self.chat, self.sender, 1, text, self.is_private, command_in(text))
        return decide(recognized(event, MATCHER, self.lang), self._context())

    def _press(self, data: str) -> Replies:
        event = ButtonPress("q", self.chat, self.sender, 1, data, self.is_private)
        if responder_of(event) is Responder.LATEST or picture_request(event, self._context().reader):
            return ()
        if card_request.from_data(data):
            return ()
        match offline_screens.request(event, self._context().reader):
            case offline_screens.ChoiceRequest(reader, origin):
                return (EditMessage(offline_screens.choice(reader, dict.fromkeys(FileKind, 99_999), origin)),)
            case request if request:
                return ()
        replies: tuple[CallbackReply, ...] = decide(event, self._context())  # type: ignore[assignment]
        (toast,) = [reply for reply in replies if isinstance(reply, Toast)]
        chosen = isinstance((from_data(data) or (None,))[0], LanguageChosen)
        copied = from_copy_data(data) is not None  # a notice says how to copy
        assert not toast.text or chosen or copied, f"{data} is an old button the moment it is shown"
        assert self.is_private or not any(isinstance(reply, SetLanguage) for reply in replies)
        return replies

    def _context(self) -> FlowContext:
        return FlowContext(Reader(CAMPAIGN, self.lang), MATCHER, BOT)

    def _shown(self, replies: Replies) -> list[Screen]:
        return [reply.screen for reply in replies if isinstance(reply, (SendText, EditMessage))]


def callback_data(screen: Screen) -> Iterator[str]:
    return (button.data for button in buttons(screen) if isinstance(button, CallbackButton))


def buttons(screen: Screen) -> Iterator[Button]:
    return chain.from_iterable(screen.rows)


@cache
def walk(lang: Lang, is_private: bool = True) -> Walk:
    walk = Walk(lang, is_private)
    walk.start()
    return walk


@pytest.fixture(params=LANGUAGES)
def screens(request: pytest.FixtureRequest) -> list[Screen]:
    return walk(request.param).screens


def test_the_walk_reaches_every_clause_and_topic_in_every_language(screens: list[Screen]) -> None:
    reached = {from_data(data) for data in chain.from_iterable(map(callback_data, screens))}
    places = {(target[0].clause, target[1]) for target in reached if target and isinstance(target[0], AtClause)}
    topics = {(target[0].topic, target[1]) for target in reached if target and isinstance(target[0], AtTopic)}

    assert places == {(clause.id, lang) for clause in CAMPAIGN.clauses for lang in LANGUAGES}
    assert topics == {(topic.id, lang) for topic in CAMPAIGN.topics for lang in LANGUAGES}


def test_every_screen_has_a_way_to_the_menu(screens: list[Screen]) -> None:
    assert [screen.text for screen in screens if not has_way_home(screen)] == []


def test_every_screen_keeps_the_limits_of_telegram(screens: list[Screen]) -> None:
    for screen in screens:
        assert len(list(buttons(screen))) <= 100
        assert all(1 <= len(data.encode()) <= DATA_LIMIT for data in callback_data(screen))
        assert all(0 < units(button.label) <= 64 for button in buttons(screen))
        assert all(units(message.text) <= TEXT_LIMIT for message in split_screen(screen))


def test_every_screen_of_the_shipped_campaign_is_one_message(screens: list[Screen]) -> None:
    assert [screen.text[:60] for screen in screens if units(screen.text) > TEXT_LIMIT] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_is_one_of_the_locales_or_of_the_campaign(lang: Lang) -> None:
    lines = {line.strip() for screen in walk(lang).screens for line in screen.text.split("\n")}

    assert [line for line in lines if line and not is_known(line)] == []


@cache
def is_known(line: str) -> bool:
    return any(_has_line(lang, line) or line in own_words(lang) or is_filled(line, lang) for lang in LANGUAGES)


@cache
def own_words(lang: Lang) -> frozenset[str]:
    """Return the labels of clauses, the source of the declaration, and the last lines of the screen of /mydata."""
    reader = Reader(CAMPAIGN, lang)
    words = [reader.clause_label(clause) for clause in CAMPAIGN.clauses]
    return frozenset([*words, CAMPAIGN.source[lang]])


def is_filled(line: str, lang: Lang) -> bool:
    """Return whether `line` is a phrase with numbers, words of the campaign or commands in its placeholders."""
    pieces = [piece for phrase in CAMPAIGN.phrasebooks[lang].phrases.values() for form in phrase_forms(phrase)
              for piece in form.split("\n") if "{" in piece or f"{piece} {PERSON}" == line]  # fmt: skip
    return any(_fits(piece, line) for piece in pieces)


def _fits(piece: str, line: str) -> bool:
    fixed = [part.partition("}")[2] if number else part for number, part in enumerate(piece.split("{"))]
    return f"{piece} {PERSON}" == line or (
        line.startswith(fixed[0]) and line.endswith(fixed[-1]) and bool("".join(fixed).strip())
        and all(part in line for part in fixed)
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_group_gets_short_answers_with_at_most_four_buttons_and_a_link(lang: Lang) -> None:
    for screen in walk(lang, is_private=False).screens:
        *_, last = buttons(screen)

        assert len(list(buttons(screen))) <= 4
        assert isinstance(last, UrlButton)
        assert last.url.startswith(f"https://t.me/{BOT}?start=")
        assert units(screen.text) <= 2100
