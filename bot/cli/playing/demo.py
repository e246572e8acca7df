"""Prepare the demo, `python -m bot play --demo`: invented subscribers, and two announcements to watch and change.

They are stored with the bot's own code, in a database in a temporary folder.
"""

import time
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import aiohttp

from bot.audit.trail import BOT, AuditTrail
from bot.broadcast.authoring.draft_text import notices
from bot.broadcast.delivery.service import BroadcastService
from bot.cli.playing.demo_history import DAYS, PEOPLE, STAYING, Choices, Gone, Saved, invent_history
from bot.model.announcement import Announcement, Piece
from bot.model.audience import EVERYONE, Audience
from bot.runtime.dates import today
from bot.settings import Settings
from content.model import Campaign, Clause
from content.screens.screen import units
from storage.database import Transaction
from storage.store import Store, opened

FIRST_BULK_USER = 10_000_000  # the playground's default
STARTS_IN = 20.0  # seconds until the first announcement is sent, enough to open the page
_REFUSING = 25  # subscribers who refuse messages, as somebody always does
_SEED = 2023  # every demo has the same people
_HOUR = 3600


def describe(url: str, admins: Mapping[int, str], settings: Settings) -> str:
    """Return the text for the console that says how to try the demo.

    `url` is that of the web chat. `admins` are the names of the two admins by id. The text mentions feedback only if
    `settings` switch it on.
    """
    (first, name), (_, second) = admins.items()
    return "\n".join(
        [
            "  DEMO: every subscriber is invented, and all data is in a temporary folder that is deleted at the end.",
            f"  Open  {url}/#person={first}&chat={_bot_id(settings)}  in a browser; press Ctrl-C to stop.",
            "",
            f"  You are {name}. In {STARTS_IN:.0f} seconds an announcement to {STAYING:,} people begins.",
            f"  Try /stats, and /broadcast for an announcement of your own, which {second} has to approve.",
            *(["  As one of the others, try /feedback: both admins can answer."] if settings.takes_feedback else []),
        ]
    )


async def prepare_demo(settings: Settings, campaign: Campaign) -> None:
    """Fill the database of the demo and prepare the playground.

    In the playground, some subscribers refuse messages, and each admin presses Start.
    """
    bot = _bot_id(settings)
    async with opened(settings.database, settings.keys, today(), bot) as store:
        await _write_subscribers(store, campaign)
        await _create_announcements(store, campaign, time.time())
    async with aiohttp.ClientSession(f"{settings.api_url}/box/", raise_for_status=True) as playground:
        last = FIRST_BULK_USER + PEOPLE
        refusal = {"people": list(range(last - _REFUSING, last)), "reason": "bot was blocked by the user"}
        await playground.post("refusals", json=refusal)
        for admin in sorted(settings.admins):
            await playground.post(f"chats/{bot}/start", json={"person": admin})


def _bot_id(settings: Settings) -> int:
    return int(settings.token.partition(":")[0])


async def _write_subscribers(store: Store, campaign: Campaign) -> None:
    languages = [str(language) for language in campaign.languages]
    choices = Choices(languages, [topic.number for topic in campaign.topics], campaign.numbered_clause_count)
    history = invent_history(FIRST_BULK_USER, choices, Random(_SEED))  # noqa: S311 -- no secret depends on it
    for days_ago, events in zip(range(DAYS - 1, -1, -1), history, strict=True):
        async with store.database.transaction() as transaction:
            for event in events:
                await _write(store, transaction, event, days_ago)


async def _write(store: Store, transaction: Transaction, event: Saved | Gone, days_ago: int) -> None:
    day = today() - timedelta(days=days_ago)
    match event:
        case Saved(subscriber):
            await store.subscribers.save_in_transaction(transaction, subscriber, day)
        case Gone(chat, kind):
            await store.subscribers.remove_in_transaction(transaction, chat, day, kind)


async def _create_announcements(store: Store, campaign: Campaign, now: float) -> None:
    """Create two announcements: one to everybody in STARTS_IN seconds, and one to readers of a few topics tomorrow.

    `now` is the Unix time. If the campaign has no topics, the second announcement is to everybody, too.
    """
    service = BroadcastService(store, AuditTrail(store, lambda: now), lambda number: None, lambda: now)
    topics = frozenset(topic.number for topic in campaign.topics[:3])
    tomorrow = (now // _HOUR + 25) * _HOUR
    await service.create(_announcement(campaign, campaign.clauses[0], EVERYONE), now + STARTS_IN, by=BOT)
    audience = Audience(topics=topics) if topics else EVERYONE
    await service.create(_announcement(campaign, campaign.clauses[-1], audience), tomorrow, by=BOT)


def _announcement(campaign: Campaign, clause: Clause, audience: Audience) -> Announcement:
    """Return an announcement to `audience` with the title of `clause`, in all languages of the campaign."""
    pieces = {str(lang): _piece(campaign.editions[lang].title, clause.titles[lang]) for lang in campaign.languages}
    return Announcement(str(campaign.original), pieces, audience, notices(campaign))


def _piece(declaration: str, clause: str) -> Piece:
    heading = f"DEMO · {declaration}"
    return Piece(f"{heading}\n\n{clause}", ({"type": "bold", "offset": 0, "length": units(heading)},))
