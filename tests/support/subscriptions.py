"""Read stored subscriptions and /mydata in tests, and make buttons and updates."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.calendars import WEEKDAYS
from content.model import Lang, Phrasebook
from storage.store import reading
from storage.subscriptions.daily_count import series
from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber
from tests.support.bot_and_playground import CAMPAIGN, BotAndPlayground
from tests.support.person import PATIENCE, Person

Json = dict[str, Any]
EN, FA, PS = LANGUAGES = list(CAMPAIGN.languages)
BOOKS = CAMPAIGN.phrasebooks
_numbers = count(1)


def checked_label(book: Phrasebook, label: str) -> str:
    """Return the label of a button with its check mark."""
    return book.say("button.chosen", label=label)


async def stored_subscriber(place: BotAndPlayground, person: Person) -> Subscriber | None:
    """Return what the database holds about a person, read while the bot runs."""
    settings = place.settings()
    async with reading(settings.database, settings.keys) as store:
        return await store.subscribers.get(person.id)


async def daily_totals(place: BotAndPlayground) -> Counter[str]:
    """Return how often people have joined, left and blocked."""
    settings = place.settings()
    async with reading(settings.database, settings.keys) as store:
        days = series(await store.daily_counts.days())
    return Counter(
        joined=sum(day.joined for day in days),
        left=sum(day.left for day in days),
        blocked=sum(day.blocked for day in days),
    )


async def wait_until(condition: Callable[[], Awaitable[object]], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


def signed_data(place: BotAndPlayground, user: int, lang: Lang, action: str, now: float) -> str:
    """Return the data of a button as the bot would have signed it at `now`."""
    return Signer(place.playground.token).sign(UserId(user), lang, action, now)


async def press_data(place: BotAndPlayground, person: Person, data: str) -> Json:
    """Return the screen after a person has pressed a button with any `data`, which the playground shows them."""
    text = await press_planted(place, person, data)

    async def turned() -> bool:
        return bool((await person.screen())["text"] != text)

    await wait_until(turned)
    return await person.screen()


async def press_planted(place: BotAndPlayground, person: Person, data: str) -> str:
    """Let a person press a button with any `data` below a text that the playground shows them; return that text."""
    planted = {
        "chat_id": person.id if person.chat == place.bot_id else person.chat,
        "text": f"planted {next(_numbers)}",
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]},
    }
    url = f"{place.playground.url}/bot{place.playground.token}/sendMessage"
    async with place.session.post(url, json=planted) as answer:
        message = (await answer.json())["result"]["message_id"]
    await person.press_at(message, 0, 0)
    return str(planted["text"])


async def wait_until_handled(place: BotAndPlayground, person: Person, message: int) -> None:
    """Wait until the bot has handled everything from this chat; it edits `message` into a clause."""
    number = next(_numbers) % CAMPAIGN.numbered_clause_count + 1
    deliver(place, "callback_query", press_update(person, message, f"r.C.en.{number}"))

    async def is_there() -> bool:
        shown = [screen["text"] for screen in await person.messages() if screen["message_id"] == message]
        return str(shown[0]).startswith(
            BOOKS[EN].say("clause.position", number=number, total=CAMPAIGN.numbered_clause_count)
        )

    await wait_until(is_there)


def deliver(place: BotAndPlayground, kind: str, update: Json) -> None:
    """Send an update to the bot, perhaps one that it has had before."""
    state = place.playground.state
    state.bots[place.bot_id].queue.push(state.clock(), kind, update, 60.0)


def message_update(person: Person, text: str, language: str = "en") -> Json:
    """Return the update of a message."""
    sender = {"id": person.id, "is_bot": False, "first_name": "New", "language_code": language}
    chat = {"id": person.id, "type": "private", "first_name": "New"}
    return {"message_id": 1, "from": sender, "chat": chat, "date": 0, "text": text}


def press_update(person: Person, message: int, data: str, language: str = "en") -> Json:
    """Return the update of a pressed button; the playground does not know its query, as Telegram forgets old ones."""
    shown = message_update(person, "x", language)
    query = {"id": "17", "from": shown.pop("from"), "chat_instance": "1", "data": data}
    return query | {"message": shown | {"message_id": message}}


def read_my_data(text: str, lang: Lang) -> Subscriber:
    """Return the record that the text of /mydata describes."""
    book = BOOKS[lang]
    chat = int(_match(re.escape(book.say("mydata.id")) + r" (\d+)", text)[1])
    yes, no, off, all_ = (book.say(f"word.{word}") for word in ("yes", "no", "off", "all"))

    def value(field: str) -> str:
        return _match(_pattern(book.say(f"mydata.{field}", value="\0")), text)[1]

    def flag(field: str) -> bool:
        return {yes: True, no: False}[value(field)]

    names = {book.language.name_of(language): str(code) for code, language in CAMPAIGN.languages.items()}
    numbers = {topic.names[lang]: topic.number for topic in CAMPAIGN.topics}
    daily = value("daily")
    return Subscriber(
        chat,
        names.get(value("language")) or _former(value("language"), book),
        None if value("topics") == all_ else _topics(value("topics"), numbers, book),
        flag("quiet"),
        flag("discreet"),
        flag("text_only"),
        None if daily == off else _daily(daily, book),
        book.say("mydata.missed_once") in text.splitlines(),
        book.say("mydata.not_reached") in text.splitlines(),
        **_arrival(text, book),
    )


def _topics(text: str, numbers: dict[str, int], book: Phrasebook) -> frozenset[int]:
    if text == book.say("panel.only_general"):
        return frozenset()
    return frozenset(numbers.get(topic) or int(topic) for topic in text.split(book.say("word.comma") + " "))


def _former(text: str, book: Phrasebook) -> str:
    """Return the code of a language that the campaign no longer has."""
    return _match(_pattern(book.say("word.former_language", code="\0", language="\0")), text)[1]


def _daily(text: str, book: Phrasebook) -> Daily:
    match = _match(_pattern(book.say("mydata.daily_value", time="\0", zone="\0", number="\0")), text)
    zones = {book.say("zone." + zone.lower().replace("/", "-").replace("_", "-")): zone for zone in ZONES}
    return Daily(int(match[1].split(":")[0]), zones[match[2]], int(match[3]))


def _arrival(text: str, book: Phrasebook) -> dict[str, Any]:
    """Return the fields of a subscriber that say when announcements may arrive."""
    value = _match(_pattern(book.say("arrival.setting", value="\0")), text)[1]
    if value == book.say("arrival.at_once"):
        return {}
    zones = {book.say("zone." + zone.lower().replace("/", "-").replace("_", "-")): zone for zone in ZONES}
    weekly = re.search(_pattern(book.say("arrival.weekly", weekday="\0", time="\0", zone="\0")) + "$", value)
    if weekly:
        days = [book.language.time_words[day][0] for day in WEEKDAYS]
        return {"digest": Digest(int(weekly[2].split(":")[0]), days.index(weekly[1]), zones[weekly[3]])}
    daily = re.search(_pattern(book.say("arrival.daily", time="\0", zone="\0")) + "$", value)
    if daily:
        return {"digest": Digest(int(daily[1].split(":")[0]), None, zones[daily[2]])}
    span, zone = _match(_pattern(book.say("arrival.quiet", span="\0", zone="\0")), value).groups()
    begin, end = _match(_pattern(book.say("arrival.span", begin="\0", end="\0")), span).groups()
    return {"quiet_hours": QuietHours(int(begin.split(":")[0]), int(end.split(":")[0]), zones[zone])}


def _pattern(phrase: str) -> str:
    return re.escape(phrase).replace("\0", "(.+)").replace("\\(.+)", "(.+)")


def _match(pattern: str, text: str) -> re.Match[str]:
    match = re.search(f"^{pattern}", text, re.MULTILINE)
    assert match, f"{pattern} is not in:\n{text}"
    return match
