"""What the tests of subscriptions share: what is stored, what /mydata says, buttons and updates of our own making."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang, Phrasebook
from storage.store import reading
from storage.subscriptions.daily_count import series
from storage.subscriptions.subscriber import ZONES, Daily, Subscriber
from tests.support.bot_and_playground import CAMPAIGN, Town
from tests.support.person import PATIENCE, Person

Json = dict[str, Any]
EN, FA, PS = LANGUAGES = list(CAMPAIGN.languages)
BOOKS = CAMPAIGN.phrasebooks
_numbers = count(1)


def on(book: Phrasebook, label: str) -> str:
    """A button with its mark of being chosen."""
    return book.say("button.chosen", label=label)


async def stored(place: Town, person: Person) -> Subscriber | None:
    """What the database holds about somebody, opened beside the running bot."""
    chosen = place.settings()
    async with reading(chosen.database, chosen.keys) as store:
        return await store.subscribers.get(person.id)


async def tallied(place: Town) -> Counter[str]:
    """How often people joined, left and blocked, by the log of subscriptions."""
    chosen = place.settings()
    async with reading(chosen.database, chosen.keys) as store:
        days = series(await store.daily_counts.days())
    return Counter(
        joined=sum(day.joined for day in days),
        left=sum(day.left for day in days),
        blocked=sum(day.blocked for day in days),
    )


async def until(true: Callable[[], Awaitable[object]], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.01)


def signed(place: Town, user: int, lang: Lang, action: str, now: float) -> str:
    """The data of a button that the bot itself would have made at `now`."""
    return Signer(place.box.token).sign(UserId(user), lang, action, now)


async def presses(place: Town, person: Person, data: str) -> Json:
    """The screen after a button with any `data`: the box takes it from the bot's hand, and the person presses it."""
    planted = {
        "chat_id": person.id if person.chat == place.bot_id else person.chat,
        "text": f"planted {next(_numbers)}",
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]},
    }
    url = f"{place.box.url}/bot{place.box.token}/sendMessage"
    async with place.session.post(url, json=planted) as answer:
        message = (await answer.json())["result"]["message_id"]
    await person.press_at(message, 0, 0)

    async def turned() -> bool:
        return bool((await person.screen())["text"] != planted["text"])

    await until(turned)
    return await person.screen()


async def caught_up(place: Town, person: Person, message: int) -> None:
    """Returns when the bot has handled all that came before from this chat; it turns `message` to a clause."""
    number = next(_numbers) % CAMPAIGN.numbered_clause_count + 1
    delivered(place, "callback_query", pressed(person, message, f"r.C.en.{number}"))

    async def is_there() -> bool:
        shown = [one["text"] for one in await person.messages() if one["message_id"] == message]
        return str(shown[0]).startswith(
            BOOKS[EN].say("clause.position", number=number, total=CAMPAIGN.numbered_clause_count)
        )

    await until(is_there)


def delivered(place: Town, kind: str, update: Json) -> None:
    """One more update to the bot, perhaps one that it has had before."""
    state = place.box.state
    state.bots[place.bot_id].queue.push(state.clock(), kind, update, 60.0)


def said(person: Person, text: str, language: str = "en") -> Json:
    """The update of a message."""
    who = {"id": person.id, "is_bot": False, "first_name": "New", "language_code": language}
    chat = {"id": person.id, "type": "private", "first_name": "New"}
    return {"message_id": 1, "from": who, "chat": chat, "date": 0, "text": text}


def pressed(person: Person, message: int, data: str, language: str = "en") -> Json:
    """The update of a pressed button; its query is unknown to the box, as an old one is to Telegram."""
    shown = said(person, "x", language)
    query = {"id": "17", "from": shown.pop("from"), "chat_instance": "1", "data": data}
    return query | {"message": shown | {"message_id": message}}


def told(text: str, lang: Lang) -> Subscriber:
    """The record that a text of /mydata tells, read as a person reads it."""
    book = BOOKS[lang]
    chat = int(_match(re.escape(book.say("mydata.id")) + r" (\d+)", text)[1])
    yes, no, off, all_ = (book.say(f"word.{word}") for word in ("yes", "no", "off", "all"))

    def value(what: str) -> str:
        return _match(_pattern(book.say(f"mydata.{what}", value="\0")), text)[1]

    def flag(what: str) -> bool:
        return {yes: True, no: False}[value(what)]

    names = {language.name: str(code) for code, language in CAMPAIGN.languages.items()}
    numbers = {topic.names[lang]: topic.number for topic in CAMPAIGN.topics}
    chosen = value("topics").split(book.say("word.comma") + " ")
    daily = value("daily")
    return Subscriber(
        chat,
        names.get(value("language")) or _former(value("language"), book),
        None if chosen == [all_] else frozenset(numbers.get(one) or int(one) for one in chosen),
        flag("quiet"),
        flag("discreet"),
        flag("text_only"),
        None if daily == off else _daily(daily, book),
        flag("missed"),
        flag("unreached"),
    )


def _former(text: str, book: Phrasebook) -> str:
    """The code of a language that the campaign has no more."""
    return _match(_pattern(book.say("word.former_language", code="\0", language="\0")), text)[1]


def _daily(text: str, book: Phrasebook) -> Daily:
    found = _match(_pattern(book.say("mydata.daily_value", time="\0", zone="\0", number="\0")), text)
    zones = {book.say("zone." + zone.lower().replace("/", "-").replace("_", "-")): zone for zone in ZONES}
    return Daily(int(found[1].split(":")[0]), zones[found[2]], int(found[3]))


def _pattern(phrase: str) -> str:
    return re.escape(phrase).replace("\0", "(.+)").replace("\\(.+)", "(.+)")


def _match(pattern: str, text: str) -> re.Match[str]:
    found = re.search(f"^{pattern}", text, re.MULTILINE)
    assert found, f"{pattern} is not in:\n{text}"
    return found
