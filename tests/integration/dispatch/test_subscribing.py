"""Subscribing reads as transcripts with the real bot: the screens show what is stored, in every language."""

import asyncio
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from content.model import Lang
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support.bot_and_playground import (
    CAMPAIGN,
    ENGLISH,
    GROUP,
    BotAndPlayground,
    at_work,
    bot_env,
    playground_alone,
    start_bot,
)
from tests.support.person import Person, labels
from tests.support.subscriptions import (
    BOOKS,
    EN,
    FA,
    LANGUAGES,
    PS,
    checked_label,
    daily_totals,
    deliver,
    message_update,
    press_data,
    press_update,
    read_my_data,
    signed_data,
    stored_subscriber,
    wait_until,
    wait_until_handled,
)

ALL = frozenset(topic.number for topic in CAMPAIGN.topics)
DAY = 24 * 3600.0
pytestmark = pytest.mark.asyncio(loop_scope="module")
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotAndPlayground]:
    """Yield the playground and the bot for all tests here, without rate limits; each test has its own people."""
    async with playground_alone(tmp_path_factory.mktemp("town"), rate=10_000) as place, at_work(place):
        await place.person(ENGLISH).start()  # the bot is running, and the database exists
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(tmp_path: Path) -> AsyncIterator[BotAndPlayground]:
    """Yield the same for one test, because a group takes only a few messages a minute."""
    async with playground_alone(tmp_path, rate=10_000) as place, at_work(place):
        yield place


async def subscriber(place: BotAndPlayground, lang: Lang = EN) -> Person:
    person = await place.newcomer(lang)
    await person.say("/subscribe")
    return person


async def answers(person: Person) -> int:
    return sum(not message.get("out") for message in await person.messages())


@each_language
async def test_one_tap_on_the_first_screen_joins_and_one_tap_leaves(place: BotAndPlayground, lang: Lang) -> None:
    say, before = BOOKS[lang].say, await daily_totals(place)
    person = await place.newcomer(lang)
    await person.start()
    panel = await person.press(say("button.subscribe"))
    assert say("panel.joined") in panel["text"]
    assert person.toast == say("toast.joined")
    assert await stored_subscriber(place, person) == Subscriber(person.id, lang)

    panel = await person.press(say("button.unsubscribe"))
    assert panel["text"] == say("panel.left")
    assert person.toast == say("toast.left")
    assert await stored_subscriber(place, person) is None
    assert await answers(person) == 1  # one message, edited in place

    assert await daily_totals(place) - before == Counter(joined=1, left=1)


@each_language
async def test_one_topic_takes_two_taps_and_without_a_tick_everything_arrives(
    place: BotAndPlayground, lang: Lang
) -> None:
    book, total = BOOKS[lang], len(CAMPAIGN.topics)
    names, numbers = zip(*((topic.names[lang], topic.number) for topic in CAMPAIGN.topics), strict=True)
    everything, nothing = book.say("button.every_topic"), book.say("button.no_topics")
    person = await subscriber(place, lang)
    fresh = Subscriber(person.id, lang)

    panel = await person.press(book.say("button.choose_topics"))
    assert sorted(labels(panel)) == sorted(
        [checked_label(book, everything), nothing, *names, book.say("button.back"), book.say("button.menu")]
    )
    assert book.say("panel.all_topics") in panel["text"]

    panel = await person.press(names[4])
    assert checked_label(book, names[4]) in labels(panel)
    assert book.say("panel.topic_count", number=1, total=total, topics=names[4]) in panel["text"]
    assert await stored_subscriber(place, person) == replace(fresh, topics=frozenset({numbers[4]}))

    panel = await person.press(names[0])
    both = f"{book.say('word.comma')} ".join((names[0], names[4]))
    assert book.say("panel.topic_count", number=2, total=total, topics=both) in panel["text"]
    panel = await person.press(book.say("button.back"))
    assert book.say("panel.topics", topics=both) in panel["text"]

    await person.press(book.say("button.choose_topics"))
    await person.press(checked_label(book, names[0]))
    assert person.toast == book.say("toast.saved")
    panel = await person.press(checked_label(book, names[4]))
    assert person.toast == book.say("toast.all_topics")
    assert checked_label(book, everything) in labels(panel)
    assert await stored_subscriber(place, person) == fresh

    panel = await person.press(nothing)
    assert checked_label(book, nothing) in labels(panel)
    assert book.say("panel.no_topics") in panel["text"]
    assert await stored_subscriber(place, person) == replace(fresh, topics=frozenset())
    await person.press(everything)
    assert await stored_subscriber(place, person) == fresh


async def test_topics_stand_in_two_columns_read_from_the_side_of_the_language(place: BotAndPlayground) -> None:
    for lang, first in ((EN, 0), (FA, 1)):
        person = await subscriber(place, lang)
        panel = await person.press(BOOKS[lang].say("button.choose_topics"))
        rows = panel["reply_markup"]["inline_keyboard"]
        assert [len(row) for row in rows] == [2, 2, 2, 2, 2, 2, 1, 2]
        assert rows[1][first]["text"] == CAMPAIGN.topics[0].names[lang]


@each_language
async def test_delivery_is_chosen_by_switches_and_told_in_words(place: BotAndPlayground, lang: Lang) -> None:
    book = BOOKS[lang]
    person = await subscriber(place, lang)
    assert book.say("panel.sound") in (await person.screen())["text"]
    fresh = Subscriber(person.id, lang)
    for switch, after in (
        ("quiet", replace(fresh, quiet=True)),
        ("discreet", replace(fresh, discreet=True)),
        ("text_only", replace(fresh, text_only=True)),
    ):
        panel = await person.press(book.say(f"button.{switch}"))
        assert book.say(f"panel.{switch}") in panel["text"]
        assert await stored_subscriber(place, person) == after
        panel = await person.press(checked_label(book, book.say(f"button.{switch}")))
        assert await stored_subscriber(place, person) == fresh
    assert book.say("panel.sound") in panel["text"]
    assert await answers(person) == 1


def suggested(lang: Lang) -> tuple[str, str]:
    """Return the zone that the locale suggests to readers of a language, and the phrase with its name."""
    zone = CAMPAIGN.languages[lang].zone
    return zone, "zone." + zone.lower().replace("/", "-")


@each_language
async def test_a_clause_a_day_has_an_hour_and_a_zone_suggested_by_the_language(
    place: BotAndPlayground, lang: Lang
) -> None:
    book = BOOKS[lang]
    number = book.language.number
    first, berlin = suggested(lang), book.say("zone.europe-berlin")
    kabul = book.say(first[1])
    person = await subscriber(place, lang)
    panel = await person.press(book.say("button.daily"))
    assert book.say("button.zone", zone=kabul) in labels(panel)
    assert book.say("button.daily_off") not in labels(panel)
    panel = await person.press(number("08:00"))
    sentence = book.say("panel.daily", time=number("08:00"), zone=kabul, number=1)
    assert sentence in panel["text"]
    assert await stored_subscriber(place, person) == Subscriber(person.id, lang, daily=Daily(8, first[0]))

    panel = await person.press(book.say("button.daily"))
    assert checked_label(book, number("08:00")) in labels(panel)
    panel = await person.press(book.say("button.zone", zone=kabul))
    assert {checked_label(book, kabul), berlin} <= set(labels(panel))
    await person.press(berlin)
    assert await stored_subscriber(place, person) == Subscriber(person.id, lang, daily=Daily(8, "Europe/Berlin"))

    await person.press(book.say("button.daily"))
    panel = await person.press(book.say("button.daily_off"))
    assert berlin not in panel["text"]
    assert await stored_subscriber(place, person) == Subscriber(person.id, lang)


async def test_the_zone_may_be_chosen_before_the_hour(place: BotAndPlayground) -> None:
    say = BOOKS[EN].say
    person = await subscriber(place)
    for label in (say("button.daily"), say("button.zone", zone="London"), "Vienna, Berlin"):
        panel = await person.press(label)
    assert await stored_subscriber(place, person) == Subscriber(person.id, EN)
    assert say("button.zone", zone="Vienna, Berlin") in labels(panel)
    await person.press("21:00")

    assert await stored_subscriber(place, person) == Subscriber(person.id, EN, daily=Daily(21, "Europe/Berlin"))


async def test_a_chosen_language_is_used_at_once(place: BotAndPlayground) -> None:
    person = await subscriber(place)
    await person.press(BOOKS[EN].say("button.update_language", language="English"))
    panel = await person.press("دری")

    assert BOOKS[FA].say("panel.title") in panel["text"]
    assert person.toast == BOOKS[FA].say("toast.saved")
    assert await stored_subscriber(place, person) == Subscriber(person.id, FA)


@pytest.mark.parametrize("way", ["/language", "the first screen's button"])
async def test_the_language_that_a_subscriber_chooses_anywhere_is_stored(place: BotAndPlayground, way: str) -> None:
    person = await subscriber(place)
    if way == "/language":
        await person.say("/language")
    else:
        await person.start()
        await person.press("Language")
    await person.press("پښتو")

    assert await stored_subscriber(place, person) == Subscriber(person.id, PS)


async def test_after_a_restart_a_subscriber_is_answered_in_the_stored_language(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        async with at_work(place):
            person = await subscriber(place)
            await person.press("Language")
            await person.press("پښتو")
            stranger = await place.newcomer("en")
            await stranger.start("lang-ps")
        async with at_work(place):
            settings, help_ = await person.say("/settings"), await person.say("/help")
            to_stranger = await stranger.say("/help")

    assert BOOKS[PS].say("panel.title") in settings["text"]
    assert BOOKS[PS].say("help.title") in help_["text"]
    assert BOOKS[EN].say("help.title") in to_stranger["text"]  # of whom nothing is stored


@each_language
async def test_mydata_shows_the_stored_record_and_nothing_else(place: BotAndPlayground, lang: Lang) -> None:
    book = BOOKS[lang]
    person = await place.newcomer(lang)
    before = await person.say("/mydata")
    assert before["text"] == book.say("mydata.nothing") + f" {person.id}"
    await person.say("/subscribe")
    for label in ("quiet", "discreet", "text_only", "daily"):
        await person.press(book.say(f"button.{label}"))
    await person.press(book.language.number("21:00"))
    await person.press(book.say("button.choose_topics"))
    await person.press(CAMPAIGN.topics[3].names[lang])
    after = await person.say("/mydata")
    record = await stored_subscriber(place, person)

    assert record == Subscriber(
        person.id, lang, frozenset({CAMPAIGN.topics[3].number}), True, True, True, Daily(21, suggested(lang)[0])
    )
    assert read_my_data(after["text"], lang) == record
    assert book.say("mydata.nothing_else") in after["text"]


@each_language
@pytest.mark.parametrize("command", ["/unsubscribe", "/forget"])
async def test_a_command_erases_everything_and_a_second_one_finds_nothing(
    place: BotAndPlayground, lang: Lang, command: str
) -> None:
    say = BOOKS[lang].say
    person = await subscriber(place, lang)
    await person.press(say("button.quiet"))
    goodbye = await person.say(command)
    assert goodbye["text"] == say("panel.left")
    assert await stored_subscriber(place, person) is None
    again = await person.say(command)
    assert again["text"] == say("panel.nothing_left")
    assert say("mydata.nothing") in (await person.say("/mydata"))["text"]
    assert say("panel.none") in (await person.say("/settings"))["text"]


async def test_blocking_erases_and_coming_back_starts_fresh(place: BotAndPlayground) -> None:
    say, before = BOOKS[EN].say, await daily_totals(place)

    async def is_gone() -> bool:
        return await stored_subscriber(place, person) is None

    person = await subscriber(place)
    await person.press(say("button.discreet"))
    await person.post(f"chats/{person.chat}/block", blocked=True)
    await wait_until(is_gone)
    totals = await daily_totals(place) - before
    await person.start()
    assert say("panel.none") in (await person.say("/settings"))["text"]
    assert await stored_subscriber(place, person) is None
    await person.press(say("button.subscribe"))

    assert await stored_subscriber(place, person) == Subscriber(person.id, EN)
    assert totals == Counter(joined=1, blocked=1)


@pytest.mark.parametrize("command", ["/forget", "/unsubscribe"])
async def test_erasing_forgets_the_chosen_language_too(place: BotAndPlayground, command: str) -> None:
    person = await place.newcomer("en")
    await person.start("lang-fa")
    await person.say("/subscribe")
    assert (await person.say(command))["text"] == BOOKS[FA].say("panel.left")

    assert BOOKS[EN].say("help.title") in (await person.say("/help"))["text"]


async def test_a_double_tap_has_one_effect(place: BotAndPlayground) -> None:
    before = await daily_totals(place)
    person = await place.newcomer("en")
    screen = await person.start()
    await asyncio.gather(*(person.press_at(screen["message_id"], 2, 0) for _ in range(3)))
    assert await stored_subscriber(place, person) == Subscriber(person.id, EN)
    assert await daily_totals(place) - before == Counter(joined=1)
    screen = await person.screen()
    await asyncio.gather(*(person.press_at(screen["message_id"], 2, 0) for _ in range(2)))  # quiet, quiet
    assert await stored_subscriber(place, person) == Subscriber(person.id, EN, quiet=True)
    await asyncio.gather(*(person.press_at(screen["message_id"], 4, 0) for _ in range(3)))
    assert await stored_subscriber(place, person) is None

    assert await daily_totals(place) - before == Counter(joined=1, left=1)


@each_language
async def test_discreet_delivery_is_offered_first_after_subscribing(place: BotAndPlayground, lang: Lang) -> None:
    say = BOOKS[lang].say
    person = await place.newcomer(lang)
    await person.start()
    joined = await person.press(say("button.subscribe"))

    assert labels(joined)[0] == say("button.discreet")


@each_language
async def test_every_screen_of_a_subscription_leads_back_to_reading(place: BotAndPlayground, lang: Lang) -> None:
    say = BOOKS[lang].say
    person = await place.newcomer(lang)
    await person.start()
    for command in ("/settings", "/mydata", "/subscribe", "/settings", "/mydata", "/forget", "/forget"):
        await person.say(command)
        shown = await person.press(say("button.menu"))
        assert say("home.text", example="\0").partition("\0")[0] in shown["text"], command
        await asyncio.sleep(0.5)  # the flood gate admits five a second


@each_language
async def test_a_subscriber_is_offered_the_settings_instead_of_a_subscription(
    place: BotAndPlayground, lang: Lang
) -> None:
    say = BOOKS[lang].say
    person = await place.newcomer(lang)
    assert say("button.subscribe") in labels(await person.start())
    await person.press(say("button.subscribe"))

    for shown in (await person.press(say("button.menu")), await person.start()):
        assert say("button.subscribe") not in labels(shown)
    panel = await person.press(say("button.settings"))
    assert say("panel.subscribed") in panel["text"]
    goodbye = await person.press(say("button.unsubscribe"))
    assert say("button.subscribe") in labels(goodbye)


async def test_an_update_delivered_three_times_has_one_effect(place: BotAndPlayground) -> None:
    person, other = await place.newcomer("en"), await place.newcomer("en")
    before, now = await daily_totals(place), time.time()
    message, joined = (await person.say("/settings"))["message_id"], Subscriber(person.id, EN)
    for action, after in (
        ("join", joined),
        ("topic.3.0", replace(joined, topics=ALL - {3})),
        ("daily.8.0", replace(joined, topics=ALL - {3}, daily=Daily(8, "Asia/Kabul"))),
        ("leave", None),
    ):
        for _ in range(3):
            update = press_update(person, message, signed_data(place, person.id, EN, action, now))
            deliver(place, "callback_query", update)
        await wait_until_handled(place, person, message)
        assert await stored_subscriber(place, person) == after, action
    message = (await other.start())["message_id"]
    for command in ("/subscribe", "/forget"):
        for _ in range(3):
            deliver(place, "message", message_update(other, command))
    await wait_until_handled(place, other, message)

    assert await daily_totals(place) - before == Counter(joined=2, left=2)


@pytest.mark.parametrize("action", ["quiet.1", "topic.3.0", "lang.fa", "daily.8.0", "join", "open.topics"])
async def test_an_expired_button_changes_nothing_and_shows_the_present_state(
    place: BotAndPlayground, action: str
) -> None:
    say = BOOKS[EN].say
    person, stranger = await subscriber(place), await place.newcomer("en")
    await stranger.start()
    for presser, headline in ((person, "panel.subscribed"), (stranger, "panel.none")):
        before = await stored_subscriber(place, presser)
        panel = await press_data(place, presser, signed_data(place, presser.id, EN, action, time.time() - 8 * DAY))
        assert presser.toast == say("toast.expired")
        assert say(headline) in panel["text"]
        assert await stored_subscriber(place, presser) == before


async def test_a_leave_button_of_last_year_still_works(place: BotAndPlayground) -> None:
    person = await subscriber(place)
    goodbye = await press_data(place, person, signed_data(place, person.id, EN, "leave", time.time() - 390 * DAY))

    assert goodbye["text"] == BOOKS[EN].say("panel.left")
    assert await stored_subscriber(place, person) is None


async def test_buttons_of_an_old_panel_act_on_the_present_state(place: BotAndPlayground) -> None:
    say = BOOKS[EN].say
    person = await subscriber(place)
    old = await person.screen()
    await person.say("/settings")
    await person.press(say("button.text_only"))
    await person.press_at(old["message_id"], 2, 0)  # "quiet" of the panel from before
    assert await stored_subscriber(place, person) == Subscriber(person.id, EN, quiet=True, text_only=True)
    await person.say("/forget")
    await person.press_at(old["message_id"], 2, 0)
    assert person.toast == say("toast.not_subscribed")
    assert await stored_subscriber(place, person) is None


async def test_forged_buttons_and_other_people_s_change_nothing(place: BotAndPlayground) -> None:
    now = time.time()
    person, other = await subscriber(place), await subscriber(place)
    good = signed_data(place, person.id, EN, "quiet.1", now)
    forged = [
        signed_data(place, other.id, EN, "quiet.1", now),
        signed_data(place, other.id, EN, "leave", now),
        good.replace("quiet", "leave"),
        good.replace(".en.", ".fa."),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good.rpartition(".")[0],
        "w.en.leave.zzzz." + "A" * 12,
        "leave",
    ]
    for data in forged:
        screen = await press_data(place, person, data)
        assert person.toast == BOOKS[EN].say("toast.old_button"), data
        assert BOOKS[EN].say("answer.old_button") in screen["text"]

    assert await stored_subscriber(place, person) == Subscriber(person.id, EN)
    assert await stored_subscriber(place, other) == Subscriber(other.id, EN)
    await press_data(place, person, good)
    assert await stored_subscriber(place, person) == Subscriber(person.id, EN, quiet=True)


async def test_an_unknown_action_is_reported_and_shows_the_settings(place: BotAndPlayground) -> None:
    """A button of an older campaign may name topic 60, which no longer exists."""
    person = await subscriber(place)
    for action in ("topic.60.1", "lang.de", "daily.24.0", "daily.8.99", "dance"):
        panel = await press_data(place, person, signed_data(place, person.id, EN, action, time.time()))
        assert person.toast == BOOKS[EN].say("toast.old_button")
        assert BOOKS[EN].say("panel.subscribed") in panel["text"]

    assert await stored_subscriber(place, person) == Subscriber(person.id, EN)


@pytest.mark.parametrize("command", ["subscribe", "unsubscribe", "settings", "mydata", "forget"])
async def test_in_a_group_nothing_personal_is_answered_and_nothing_changes(
    fresh: BotAndPlayground, command: str
) -> None:
    emma, in_group = fresh.person(ENGLISH), fresh.person(ENGLISH, GROUP)
    if command != "subscribe":
        await emma.say("/subscribe")
    else:
        await emma.start()
    before = await stored_subscriber(fresh, emma)
    for text in (f"/{command}", f"/{command}@declaration_bot"):
        answer = await in_group.say(text)
        assert answer["text"] == BOOKS[EN].say("group.private_only")
        assert labels(answer) == [BOOKS[EN].say("button.open_private")]

    assert await stored_subscriber(fresh, emma) == before


async def test_in_a_group_there_are_no_changing_buttons_and_planted_ones_do_nothing(fresh: BotAndPlayground) -> None:
    in_group = fresh.person(ENGLISH, GROUP)
    start = await in_group.say("/start@declaration_bot")
    assert BOOKS[EN].say("button.subscribe") not in labels(start)
    await press_data(fresh, in_group, signed_data(fresh, ENGLISH, EN, "join", time.time()))

    assert in_group.toast == BOOKS[EN].say("toast.old_button")
    assert await stored_subscriber(fresh, in_group) is None


@asynccontextmanager
async def full_disk(bot: asyncio.subprocess.Process) -> AsyncIterator[None]:
    """Forbid the bot's files to grow: writes fail as on a full disk, and reads work."""
    process = psutil.Process(bot.pid)
    process.rlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def test_a_failure_to_store_is_reported_and_nothing_is_confirmed(tmp_path: Path) -> None:
    say = BOOKS[EN].say
    async with playground_alone(tmp_path) as place:
        bot = await start_bot(bot_env(place.playground, tmp_path), stderr=asyncio.subprocess.PIPE)
        member, blocker, newcomer = [await subscriber(place), await subscriber(place), await place.newcomer("en")]
        panel = await member.screen()
        async with full_disk(bot):
            await blocker.post(f"chats/{blocker.chat}/block", blocked=True)
            assert (await newcomer.say("/subscribe"))["text"] == say("answer.not_saved")
            await newcomer.start()
            await newcomer.press_at((await newcomer.screen())["message_id"], 2, 0)
            assert newcomer.toast == say("answer.not_saved")
            assert (await member.say("/forget"))["text"] == say("answer.not_saved")
            await member.press_at(panel["message_id"], 2, 0)
            assert member.toast == say("answer.not_saved")
            assert say("mydata.title") in (await member.say("/mydata"))["text"]
            assert await stored_subscriber(place, member) == Subscriber(member.id, EN)
            assert await stored_subscriber(place, newcomer) is None
            assert (await newcomer.say("4"))["text"]  # reading goes on

        assert (await member.say("/forget"))["text"] == say("panel.left")
        assert await stored_subscriber(place, member) is None

        async def is_gone() -> bool:
            return await stored_subscriber(place, blocker) is None

        await wait_until(is_gone)  # the bot tries again, because the person cannot
        bot.terminate()
        _, log = await bot.communicate()

    assert b"A change of a subscription could not be stored (" in log
    assert str(member.id).encode() not in log.replace(place.playground.url.encode(), b"")
