"""Conversations read as transcripts: a person writes, presses and types, and the flows decide on replies."""

import re
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flows.commands import Responder, responder_of
from bot.flows.context import FlowContext
from bot.flows.framing import for_group
from bot.flows.requests import recognized
from bot.flows.router import decide, needs_store, too_fast
from bot.model.command_parsing import command_in
from bot.model.events import (
    ButtonPress,
    ChatId,
    ChatStatus,
    ChatStatusChanged,
    InlineQuery,
    OtherMessage,
    Sender,
    TextMessage,
    UserId,
)
from bot.model.replies import AnswerInline, EditMessage, InlineArticle, Leave, Replies, SendText, SetLanguage, Toast
from content.model import ClauseId, Lang
from content.screens.declaration import Reader, show
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import (
    AtClause,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    LanguageChosen,
    Languages,
    Place,
    Start,
    Topics,
)
from content.screens.screen import CallbackButton, CopyButton, Screen, Span, Style, UrlButton, units
from content.screens.split import split_screen
from tests.support.shipped_campaign import MATCHER
from tests.unit.content.test_screens import buttons, check_limits, foreign_digits, places

CAMPAIGN = MATCHER.campaign
LANGUAGES = list(CAMPAIGN.languages)
EN, FA, PS = LANGUAGES
BOT = "vienna_bot"


@dataclass
class Talker:
    """A person whose phone is set to `lang`; `private` is False in a group."""

    lang: Lang = EN
    private: bool = True
    id: int = 2**40
    last_place: Place | None = None
    screens: list[Screen] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    spoken: list[Lang] = field(default_factory=list)

    @property
    def reader(self) -> Reader:
        return Reader(CAMPAIGN, self.lang, BOT)

    @property
    def context(self) -> FlowContext:
        return FlowContext(self.reader, MATCHER, BOT, last_place=self.last_place)

    @property
    def sender(self) -> Sender:
        return Sender(UserId(self.id), str(self.lang))

    @property
    def chat(self) -> ChatId:
        return ChatId(self.id if self.private else -(10**12))

    def says(self, text: str) -> Screen | None:
        event = recognized(self._message(text), MATCHER, self.lang)
        return None if responder_of(event) else self._reads(decide(event, self.context))

    def _message(self, text: str) -> TextMessage:
        return TextMessage(self.chat, self.sender, 1, text, self.private, command_in(text))

    def presses(self, data: str) -> Screen | None:
        event = ButtonPress("q", self.chat, self.sender, 1, data, self.private)
        return self._reads(decide(event, self.context))

    def presses_the(self, label: str) -> Screen | None:
        """Press the button of the last screen whose phrase is `label`."""
        (button,) = [
            button for button in buttons(self.screens[-1]) if button.label == self.reader.say(f"button.{label}")
        ]
        assert isinstance(button, CallbackButton)
        return self.presses(button.data)

    def types_inline(self, text: str) -> tuple[InlineArticle, ...]:
        (reply,) = decide(InlineQuery("q", self.sender, text), self.context)
        assert isinstance(reply, AnswerInline)
        assert reply.label in {book.say("button.open_bot") for book in CAMPAIGN.phrasebooks.values()}
        return reply.articles

    def _reads(self, replies: Replies) -> Screen | None:
        shown: Screen | None = None
        for reply in replies:
            match reply:
                case SendText(screen) | EditMessage(screen):
                    shown = screen
                    self.screens.append(screen)
                    check_limits(screen)
                case Toast(text):
                    self.toasts.append(text)
                    assert units(text) <= 200
                case SetLanguage(lang):
                    self.spoken.append(lang)
                    self.lang = lang
                case AnswerInline():
                    raise AssertionError("articles answer inline queries only")
        return shown


def at(lang: Lang, place: Place) -> Screen:
    screen = show(Reader(CAMPAIGN, lang, BOT), place)
    assert screen
    return screen


def in_group(lang: Lang, place: Place) -> Screen:
    return for_group(Reader(CAMPAIGN, lang, BOT), at(lang, place))


def clause(lang: Lang, name: str) -> Screen:
    return at(lang, AtClause(ClauseId(name)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_start_opens_the_first_screen_in_the_language_of_the_phone(lang: Lang) -> None:
    talker = Talker(lang)

    assert talker.says("/start") == at(lang, Start())
    assert talker.spoken == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ("clause-4", AtClause(ClauseId("4"))),
        ("clause-preamble", AtClause(ClauseId("preamble"))),
        ("clause-closing", AtClause(ClauseId("closing"))),
        ("original-4", AtClause(ClauseId("4"), in_original=True)),
        ("topic-women", AtTopic(CAMPAIGN.topics[0].id)),
        ("demand-un", AtDemand(CAMPAIGN.addressees[0].id)),
        ("declaration", Contents()),
        ("topics", Topics()),
        ("language", Languages()),
        ("inline", Start()),
    ],
)
def test_a_deep_link_opens_its_place(lang: Lang, payload: str, place: Place) -> None:
    assert Talker(lang).says(f"/start {payload}") == at(lang, place)


def test_a_deep_link_to_a_language_opens_the_first_screen_in_it_and_remembers() -> None:
    talker = Talker(EN)

    assert talker.says("/start lang-ps") == at(PS, Start())
    assert talker.spoken == [PS]


@pytest.mark.parametrize(
    "payload",
    [
        "clause-15",
        "clause-",
        "topic-peace",
        "lang-de",
        "lang-",
        "original-99",
        "x",
        "۴",
        "clause-4 x",
        "A" * 64,
        "_-_",
    ],
)
def test_a_deep_link_to_nothing_opens_the_first_screen_below_one_sentence(payload: str) -> None:
    talker = Talker(FA)
    screen = talker.says(f"/start {payload}")

    assert screen
    assert screen.spans[0].text.strip() == talker.reader.say("answer.unknown_link")
    assert screen.spans[1:] == at(FA, Start()).spans
    assert screen.rows == at(FA, Start()).rows
    assert talker.spoken == []


@pytest.mark.parametrize(
    ("payload", "phrase"),
    [("subscribe", "panel.offer"), ("settings", "panel.offer"), ("forget", "mydata.nothing"), ("help", "help.title")],
)
def test_a_deep_link_to_a_command_shows_its_screen_and_changes_nothing(payload: str, phrase: str) -> None:
    talker = Talker(PS)
    event = recognized(talker._message(f"/start {payload}"), MATCHER, PS)
    replies = decide(event, talker.context)

    (reply,) = replies
    assert isinstance(reply, SendText)
    assert talker.reader.say(phrase) in reply.screen.text


def test_a_deep_link_to_the_latest_announcements_is_answered_by_their_responder() -> None:
    event = recognized(Talker(FA)._message("/start latest"), MATCHER, FA)

    assert responder_of(event) is Responder.LATEST


@pytest.mark.parametrize("payload", ["stats", "broadcast"])
def test_no_deep_link_leads_to_a_command_of_admins(payload: str) -> None:
    event = recognized(Talker(EN)._message(f"/start {payload}"), MATCHER, EN)

    assert responder_of(event) is None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("command", "place"),
    [("declaration", Contents()), ("topics", Topics()), ("demands", Demands()), ("language", Languages())],
)
def test_a_command_opens_its_screen(lang: Lang, command: str, place: Place) -> None:
    assert Talker(lang).says(f"/{command}") == at(lang, place)
    assert Talker(lang).says(f"/{command.upper()}@{BOT}") == at(lang, place)


@pytest.mark.parametrize("text", ["delete my data", "unsubscribe", "is it safe?", "what is new", "settings please"])
def test_a_private_request_in_a_group_is_sent_to_the_private_chat(text: str) -> None:
    shown = Talker(EN, private=False).says(text)

    assert shown is not None
    assert shown.text == Reader(CAMPAIGN, EN).say("group.private_only")
    ((button,),) = shown.rows
    assert isinstance(button, UrlButton)
    assert button.url in {
        f"https://t.me/{BOT}?start={name}" for name in ("forget", "unsubscribe", "privacy", "latest", "settings")
    }


def test_other_requests_are_answered_in_a_group() -> None:
    assert Talker(EN, private=False).says("what are your demands") == in_group(EN, Demands())
    assert Talker(EN, private=False).says("به دری") == in_group(FA, Start())


def test_a_request_needs_the_store_as_its_command_does() -> None:
    talker = Talker()

    for text, needed in (
        ("delete my data", True),
        ("What does /forget do?", True),
        ("topics", False),
        ("women", False),
    ):
        assert needs_store(recognized(talker._message(text), MATCHER, EN)) == needed


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        "4",
        "۴",
        "٤",
        "#4",
        " 4 ",
        "clause 4",
        "Clause 4",
        "/clause 4",
        "/clause ۴",
        "ماده ۴",
        "مادهٔ چهارم",
        "څلورمه ماده",
    ],
)
def test_a_clause_is_opened_by_its_number_in_any_spelling(lang: Lang, text: str) -> None:
    assert Talker(lang).says(text) == clause(answered_in(lang, text), "4")


def answered_in(lang: Lang, text: str) -> Lang:
    """Return the language of the answer: of the letters, or the person's where the letters fit several."""
    if re.search("[ټډړښڅ]", text):
        return PS
    return FA if lang == EN and re.search("[\u0622-\u064a\u0670-\u06cc]", text) else lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_names_that_the_bot_gives_clauses_open_them(lang: Lang) -> None:
    for numbered in CAMPAIGN.clauses:
        if numbered.number:
            name = Reader(CAMPAIGN, lang).say("clause.name", number=numbered.number)
            assert Talker(lang).says(name) == clause(lang, numbered.id), name


@pytest.mark.parametrize("text", ["preamble", "مقدمه", "سریزه"])
def test_the_preamble_is_opened_by_its_name(text: str) -> None:
    assert Talker(EN).says(text) == clause(answered_in(EN, text), "preamble")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", ["15", "clause 15", "/clause 15", "مادهٔ ۱۵", "0", "clause 0"])
def test_a_missing_clause_is_reported_as_missing(lang: Lang, text: str) -> None:
    screen = Talker(lang).says(text)

    number = 0 if "0" in text else 15
    assert screen
    reader = Reader(CAMPAIGN, answered_in(lang, text))
    assert screen.text == reader.say("answer.no_clause", number=number, first=1, last=11)
    assert screen.rows


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", ["/clause", "/clause ", "/clause women's rights, please, all of them"])
def test_clause_without_a_number_shows_the_number_pad(lang: Lang, text: str) -> None:
    assert Talker(lang).says(text) == at(lang, Contents())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("named", LANGUAGES)
def test_a_named_language_is_used_at_once_where_the_person_is(lang: Lang, named: Lang) -> None:
    talker = Talker(lang, last_place=AtClause(ClauseId("4")))

    assert talker.says(f"/language {CAMPAIGN.languages[named].name}") == clause(named, "4")
    assert talker.spoken == [named]


def test_the_choice_of_languages_leads_back_to_where_the_person_was() -> None:
    talker = Talker(EN, last_place=AtTopic(CAMPAIGN.topics[0].id))
    shown = talker.says("/language")
    assert shown
    dari = next(button for button in buttons(shown) if button.label == CAMPAIGN.languages[FA].name)
    assert isinstance(dari, CallbackButton)

    assert talker.presses(dari.data) == at(FA, AtTopic(CAMPAIGN.topics[0].id))
    assert talker.spoken == [FA]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_names_every_reading_command_and_where_the_text_comes_from(lang: Lang) -> None:
    screen = Talker(lang).says("/help")

    assert screen
    for command in ("declaration", "clause", "topics", "demands", "language", "privacy"):
        description = CAMPAIGN.phrasebooks[lang].say(f"command.{command}")
        line = CAMPAIGN.phrasebooks[lang].say("help.command", command=command, description=description)
        assert line in screen.text.splitlines()
    assert screen.text.endswith(CAMPAIGN.source[lang])
    assert not foreign_digits(screen.text) or lang == EN


@pytest.mark.parametrize("lang", LANGUAGES)
def test_privacy_shows_the_person_s_own_id_to_copy(lang: Lang) -> None:
    talker = Talker(lang, id=123_456_789)
    screen = talker.says("/privacy")

    assert screen
    assert screen.spans[-1].text == "123456789"
    assert screen.spans[-1].style is Style.CODE
    assert screen.text.splitlines()[-1].startswith(talker.reader.say("privacy.number"))  # not alone on a line
    assert [button.text for button in buttons(screen) if isinstance(button, CopyButton)] == ["123456789"]
    assert lang == EN or not foreign_digits(screen.text.removesuffix("123456789"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_privacy_in_a_group_shows_nothing_personal(lang: Lang) -> None:
    screen = Talker(lang, private=False, id=123_456_789).says("/privacy")

    assert screen
    assert screen.spans == (Span(Reader(CAMPAIGN, lang).say("group.private_only")),)
    assert screen.rows == (
        (UrlButton(Reader(CAMPAIGN, lang).say("button.open_private"), f"https://t.me/{BOT}?start=privacy"),),
    )


@pytest.mark.parametrize("text", ["/start lang-ps", "/language", "4", "/help", "/start"])
def test_in_a_group_nothing_is_remembered(text: str) -> None:
    talker = Talker(EN, private=False, id=123_456_789)
    screen = talker.says(text)

    assert screen
    assert talker.spoken == []
    assert "123456789" not in screen.text


def test_a_button_pressed_in_a_group_remembers_nothing() -> None:
    talker = Talker(EN, private=False)

    assert talker.presses(to_data(LanguageChosen(PS), EN)) == in_group(PS, Start())
    assert talker.presses(to_data(Contents(), FA)) == in_group(FA, Contents())
    assert talker.spoken == []


def test_an_unknown_command_is_reported_in_private_and_ignored_in_a_group() -> None:
    screen = Talker(FA).says("/dance")

    assert screen
    assert screen.text == Reader(CAMPAIGN, FA).say("answer.unknown_command")
    assert screen.rows
    assert Talker(FA, private=False).says("/dance") is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_photo_or_a_voice_message_gets_one_sentence_and_buttons(lang: Lang) -> None:
    talker = Talker(lang)
    (say,) = decide(OtherMessage(talker.chat, talker.sender, 1, is_private=True), talker.context)

    assert isinstance(say, SendText)
    assert say.screen.text == talker.reader.say("answer.not_text")
    assert say.screen.rows


def test_blocking_the_bot_erases_and_unblocking_sends_nothing() -> None:
    talker = Talker()
    for status, expected in ((ChatStatus.BLOCKED, (Leave(blocked=True),)), (ChatStatus.BACK, ())):
        assert decide(ChatStatusChanged(talker.chat, talker.sender, status), talker.context) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sending_too_much_gets_a_notice_without_buttons(lang: Lang) -> None:
    talker = Talker(lang)
    (say,) = too_fast(TextMessage(talker.chat, talker.sender, 1, "x", is_private=True), talker.reader)
    (toast,) = too_fast(ButtonPress("q", talker.chat, talker.sender, 1, to_data(Start(), lang), True), talker.reader)

    assert isinstance(say, SendText)
    assert isinstance(toast, Toast)
    assert say.screen.text == toast.text == talker.reader.say("answer.slow_down")
    assert too_fast(InlineQuery("q", talker.sender, "x"), talker.reader) == ()
    assert too_fast(TextMessage(talker.chat, talker.sender, 1, "x", is_private=False), talker.reader) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_button_opens_its_place_in_the_language_it_was_made_in(lang: Lang) -> None:
    for place in places():
        if not isinstance(place, LanguageChosen):
            talker = Talker(EN)

            assert talker.presses(to_data(place, lang)) == at(lang, place)
            assert talker.toasts == [""]
            assert talker.spoken == [lang]


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_a_chosen_language_is_used_from_then_on(chosen: Lang) -> None:
    talker = Talker(EN)
    talker.says("/language")

    assert talker.presses(to_data(LanguageChosen(chosen), EN)) == at(chosen, Start())
    assert talker.toasts == [Reader(CAMPAIGN, chosen).say("toast.language")]
    assert talker.says("4") == clause(chosen, "4")


def test_a_reader_goes_to_the_original_and_back_and_keeps_their_language() -> None:
    talker = Talker(PS)
    talker.says("/demands")
    shown = talker.presses(to_data(AtDemand(CAMPAIGN.addressees[0].id), PS))
    talker.presses_the("original")

    assert talker.presses_the("translation") == shown
    assert talker.lang == PS


@pytest.mark.parametrize(
    ("lang", "data"),
    [
        *((FA, data) for data in ("", "x", "r.x.en", "r.L.de.de", "\x00", "b" * 64)),
        *((EN, data) for data in ("r.C.en.15.abcd", "r.T.en.peace", "r.D.en.nobody", "r.L.en.de")),
    ],
)
def test_an_unknown_button_is_reported_and_opens_the_first_screen(lang: Lang, data: str) -> None:
    """The answer is in the button's own language when its data still name one."""
    talker = Talker(FA)
    screen = talker.presses(data)

    assert screen
    assert screen.rows == at(lang, Start()).rows
    assert screen.text.startswith(Reader(CAMPAIGN, lang).say("answer.old_button"))
    assert talker.spoken == []


@pytest.mark.parametrize("in_original", [False, True])
def test_a_button_made_for_an_older_text_says_that_the_text_has_changed(in_original: bool) -> None:
    place = AtClause(ClauseId("4"), "0000", in_original)
    talker = Talker(FA)
    screen = talker.presses(to_data(place, FA))

    assert screen
    assert talker.toasts == [talker.reader.say("toast.changed")]
    assert screen.spans[0].text.strip() == talker.reader.say("answer.changed")
    assert screen.spans[1:] == at(FA, replace(place, text_hash="")).spans


def test_a_button_without_a_mark_opens_its_clause_silently() -> None:
    talker = Talker(FA)

    assert talker.presses("r.C.fa.4") == clause(FA, "4")
    assert talker.toasts == [""]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("typed", ["", " "])
def test_an_empty_inline_query_lists_every_clause(lang: Lang, typed: str) -> None:
    cards = Talker(lang).types_inline(typed)

    assert [card.id for card in cards] == [f"{clause.id}.{lang}" for clause in CAMPAIGN.clauses]


@pytest.mark.parametrize(
    "typed", ["clause-4", "original-4", "4", "۴", "clause 4", "مادهٔ ۴", "څلورمه ماده", " clause-4 "]
)
def test_an_inline_query_that_names_a_clause_lists_that_one(typed: str) -> None:
    assert [card.id for card in Talker(FA).types_inline(typed)] == [f"4.{answered_in(FA, typed)}"]


@pytest.mark.parametrize("typed", ["clause-15", "clause 15", "lang-fa", "qwertz", "🙂", "x" * 256])
def test_an_inline_query_that_names_no_clause_lists_none(typed: str) -> None:
    assert Talker(FA).types_inline(typed) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_holds_the_whole_clause_its_mark_and_links_to_it(lang: Lang) -> None:
    reader = Reader(CAMPAIGN, lang)
    for shared, card in zip(CAMPAIGN.clauses, Talker(lang).types_inline(""), strict=True):
        check_limits(card.screen)
        assert len(split_screen(card.screen)) == 1
        assert 1 <= len(card.id.encode()) <= 64
        assert shared.texts[lang] in card.screen.text
        assert shared.titles[lang] in card.screen.spans[0].text
        assert card.line.removesuffix(" …") in shared.texts[lang]
        assert (reader.say("mark.unreviewed") in card.screen.text) == (lang != EN)
        links = [button.url for button in buttons(card.screen) if isinstance(button, UrlButton)]
        expected = [f"https://t.me/{BOT}?start=clause-{shared.id}", f"https://t.me/{BOT}?start=original-{shared.id}"]
        assert links == (expected[:1] if lang == EN else expected)


def test_a_card_reveals_nothing_about_its_sender() -> None:
    assert Talker(FA, id=1).types_inline("") == Talker(FA, id=2).types_inline("")


def test_a_clause_too_long_for_one_message_is_shared_by_its_beginning() -> None:
    long = " ".join(f"Sentence {n}." for n in range(1000))
    clauses = tuple(replace(clause, texts=dict.fromkeys(LANGUAGES, long)) for clause in CAMPAIGN.clauses)
    (reply,) = decide(
        InlineQuery("q", Sender(UserId(1)), "4"),
        FlowContext(Reader(replace(CAMPAIGN, clauses=clauses), FA), MATCHER, BOT),
    )

    assert isinstance(reply, AnswerInline)
    (card,) = reply.articles
    assert len(split_screen(card.screen)) == 1
    assert card.screen.spans[1].text.endswith(". …")
    assert long.startswith(card.screen.spans[1].text.removesuffix(" …"))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(LANGUAGES), st.booleans())
def test_any_text_gets_a_screen_that_fits_or_none(text: str, lang: Lang, private: bool) -> None:
    Talker(lang, private).says(text)
    Talker(lang, private).says("/start " + text)
    Talker(lang, private).says("/clause " + text)
    Talker(lang, private).presses(text)
    Talker(lang).types_inline(text)
