"""Process one update: drop it if its sender sends too much, decide on the replies, and send them."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bot.dispatch.admin_commands import AdminCommands
from bot.dispatch.chosen_languages import ChosenLanguages
from bot.dispatch.flood_gate import PRESS, FloodGate, Verdict
from bot.dispatch.last_places import LastPlaces
from bot.dispatch.notice_interval import NoticeInterval
from bot.dispatch.responders import Responders
from bot.dispatch.subscriptions import Subscriptions
from bot.feedback.feedback import Feedback
from bot.flows import requests, router
from bot.flows.context import FlowContext
from bot.flows.subscription import subscribing
from bot.model.events import (
    ButtonPress,
    ChatStatusChanged,
    Event,
    OtherMessage,
    SignedPress,
    TextMessage,
    UserId,
    is_edit,
    is_public,
)
from bot.model.replies import Choose, Join, Leave, Replies, SetLanguage, SubscriptionChange
from bot.telegram_api.rate_limiting.group_quota import GroupQuestion
from bot.telegram_api.rate_limiting.rate_limited_request import in_lane
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from bot.telegram_api.sending.callback_signing import SIGNED_PREFIX, Signer, signed_press
from bot.telegram_api.sending.sender import ReplySender
from bot.telegram_api.updates import update_parser
from bot.telegram_api.updates.polling import Update, UpdateWork
from bot.telegram_api.updates.update_parser import BotIdentity
from bot.telegram_api.updates.urgency import is_urgent
from content.model import Lang
from content.screens.reader import Reader
from content.search.matcher import Matcher
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

log = logging.getLogger(__name__)
_RETRY_ERASURE = 5.0  # seconds
_MESSAGES = {"message", "guest_message"}  # kinds of updates whose answers are messages


@dataclass(frozen=True, slots=True)
class _Admitted:
    """An update that the flood gate let pass, with what the dispatcher has to release once it is answered."""

    update: Update
    user: UserId
    verdict: Verdict
    urgency: AbstractContextManager[None]  # gives its calls priority until it is exited; a nullcontext if not urgent
    question: GroupQuestion | None  # in the group's queue; None for an update in private


class Dispatcher:
    """Admit updates, decide on replies, carry out changes of subscriptions, and send the replies."""

    def __init__(
        self,
        *,
        matcher: Matcher,
        me: BotIdentity,
        sender: ReplySender,
        subscriptions: Subscriptions,
        signer: Signer,
        admin_commands: AdminCommands,
        responders: Responders,
        feedback: Feedback,
        limiter: RateLimiter,
        now: Callable[[], float] = time.time,
        is_frozen: Callable[[], bool] = lambda: False,
    ) -> None:
        self._matcher = matcher
        self._me = me
        self._sender = sender
        self._subscriptions = subscriptions
        self._signer = signer
        self._admin_commands = admin_commands
        self._responders = responders
        self._feedback = feedback
        self._limiter = limiter
        self._now = now
        self._is_frozen = is_frozen
        self._gate = FloodGate()
        self._not_text_notices = NoticeInterval()
        self._languages = ChosenLanguages(matcher.campaign)
        self._places = LastPlaces()

    def admit(self, update: Update) -> UpdateWork | None:
        """Return a coroutine function that answers `update`; None when its sender sends too much.

        Call this when the update arrives, so that a flood cannot fill the queue of updates to answer.
        """
        user = update_parser.sender_of(update)
        if user is None:
            return lambda: self._handle(update, Verdict.PASS)
        now, urgent = time.monotonic(), is_urgent(update)
        urgent = urgent and self._gate.admit_leave(user, now) is Verdict.PASS
        verdict = self._verdict(update, user, urgent, now)
        if verdict is Verdict.DROP:
            return None
        self._gate.begin(user)
        urgency = self._limiter.overtake_answers(user) if urgent else nullcontext()
        urgency.__enter__()  # now, because the update might wait until earlier updates of the same chat are handled
        question = self._group_question(update) if verdict is Verdict.PASS else None
        admitted = _Admitted(update, user, verdict, urgency, question)
        return lambda: self._work(admitted)

    def _verdict(self, update: Update, user: UserId, urgent: bool, now: float) -> Verdict:
        # An app splits a long text into several messages. A draft needs all of them and their corrections.
        if urgent or self._admin_commands.is_composing(user):
            return Verdict.PASS
        return self._gate.admit(user, now, 1.0 if update.keys() & _MESSAGES else PRESS)

    def _group_question(self, update: Update) -> GroupQuestion | None:
        """Queue a text message in a group as a question that waits for its turn; return None for other updates."""
        event = update_parser.parse_update(update, self._me) if update_parser.is_in_group(update) else None
        if not isinstance(event, TextMessage):
            return None
        return self._sender.group_quota.add_question(event.chat, time.monotonic())

    async def _work(self, admitted: _Admitted) -> None:
        try:
            with in_lane(Lane.ANSWER if isinstance(admitted.urgency, nullcontext) else Lane.URGENT):
                await self._handle(admitted.update, admitted.verdict, admitted.question)
        finally:
            if admitted.question:
                self._sender.group_quota.remove_question(admitted.question)
            admitted.urgency.__exit__(None, None, None)
            self._gate.end(admitted.user)

    async def _handle(self, update: Update, verdict: Verdict, question: GroupQuestion | None = None) -> None:
        event = update_parser.parse_update(update, self._me)
        if event is None:
            if query := update_parser.unparsed_press_id(update):
                await self._sender.acknowledge_press(query)
            return
        event = self._with_signature_checked(event)
        replies = await self._replies(event, verdict, update)
        if question and replies and not await self._wait_for_turn(question):
            replies = self._drop_question(event)
        await self._sender.send_replies(event, replies)

    async def _wait_for_turn(self, question: GroupQuestion) -> bool:
        """Wait until Telegram's limit allows an answer to `question`; return False when the question is dropped."""
        while True:
            wait = self._sender.group_quota.seconds_to_wait(question, time.monotonic())
            if not wait:
                return wait is not None
            await asyncio.sleep(min(wait, 1.0))  # newer questions may cause this one to be dropped meanwhile

    def _drop_question(self, event: Event) -> Replies:
        """Return the notice that a group asks too many questions; () if the group got the notice lately."""
        assert isinstance(event, TextMessage)
        if not self._sender.group_quota.record_drop(event.chat, time.monotonic()):
            return ()
        log.info("A group asks more than Telegram lets the bot answer: its oldest questions are dropped")
        reader = Reader(self._matcher.campaign, self._language(event, None))
        return router.too_many_questions(event, self._context(event, reader, None))

    def _with_signature_checked(self, event: Event) -> Event:
        """If the bot has signed the pressed button for this person, return a SignedPress; else return `event`."""
        if not isinstance(event, ButtonPress) or not event.is_private:
            return event
        signed = self._signer.verify(event.data, event.sender.id, self._now())
        if signed is None:
            if event.data.startswith(SIGNED_PREFIX):
                log.info("A button was refused: it was signed for somebody else, or by nobody")
            return event
        is_known = signed.lang in self._matcher.campaign.languages
        lang = signed.lang if is_known else self._languages.language_of(event.sender)
        return signed_press(event, signed.action, lang, is_expired=signed.is_expired)

    async def _replies(self, event: Event, verdict: Verdict, update: Update) -> Replies:
        """Return the replies to `event`, and carry out the changes of subscription and language among them.

        If `verdict` is WARN, only warn the sender. `update` is the JSON from which `event` was parsed.
        """
        subscriber, has_failed = await self._look_up(event)
        reader = Reader(self._matcher.campaign, self._language(event, subscriber))
        event = requests.recognized(event, self._matcher, reader.lang)
        if verdict is Verdict.WARN and not is_edit(event):
            return router.too_fast(event, reader)
        if has_failed and router.needs_store(event):
            return router.not_saved(event, reader)
        replies = None if self._responders.takes(event) else await self._admin_commands.replies(event, reader, update)
        if replies is None:
            replies = await self._replies_to_anybody(event, reader, subscriber)
        if self._is_frozen() and any(isinstance(reply, Join) for reply in replies):
            replies = router.joining_refused(event, reader)
        if not await self._carry_out_changes(event, replies):
            return router.not_saved(event, reader)
        self._places.record(event, replies, time.monotonic())
        return replies

    async def _replies_to_anybody(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> Replies:
        is_answered = is_edit(event) and not subscribing.is_leaving(event)  # before it was edited
        if is_answered or not self._needs_answer(event):
            return ()
        if (replies := await self._responders.replies(event, reader, subscriber)) is not None:
            return replies
        decided = router.decide(event, self._context(event, reader, subscriber))
        return self._feedback.with_offer(event, decided, reader)

    def _context(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> FlowContext:
        user = event.sender.id
        return FlowContext(
            reader,
            self._matcher,
            self._me.username,
            subscriber,
            now=self._now(),
            admin_data=self._admin_commands.data_lines(user, reader),
            has_draft=self._admin_commands.is_composing(user),
            leaves_team=self._admin_commands.is_invited(user),
            is_recorded=self._admin_commands.is_recorded(user),
            permissions=frozenset() if is_public(event) else self._admin_commands.permissions(user),
            optional_commands=self._feedback.commands,
            feedback_data=self._feedback.data_lines(user, reader),
            last_place=self._places.place_of(event, time.monotonic()),
            offered_pictures=self._sender.photo_sender.offered,
        )

    def _needs_answer(self, event: Event) -> bool:
        """Return whether to answer `event`: messages without text are answered at most once a minute in each chat."""
        if isinstance(event, TextMessage) and event.is_caption and event.is_private:
            self._not_text_notices.record(event.chat, time.monotonic())
        return not isinstance(event, OtherMessage) or self._not_text_notices.is_due(event.chat, time.monotonic())

    async def _look_up(self, event: Event) -> tuple[Subscriber | None, bool]:
        """Return the subscriber who sent `event`, or None, and whether the database failed.

        None means: not subscribed, a failure, or an event other than a text or a button press in private.
        """
        if not isinstance(event, (TextMessage, ButtonPress, SignedPress)) or is_public(event):
            return None, False
        try:
            subscriber = await self._subscriptions.get(event.chat)
            if subscriber is not None:
                await self._subscriptions.mark_reachable(subscriber)
            return subscriber, False
        except StorageTrouble as error:
            log.warning("Looking up a subscriber failed (%s): answering without", type(error).__name__)
            return None, True

    def _language(self, event: Event, subscriber: Subscriber | None) -> Lang:
        """Return the language to answer in.

        In a private chat, use the first known of these: the language chosen since the bot started, the subscriber's
        stored language, the language of the pressed button, the language of the Telegram app. In public, always use
        that of the app, because a language chosen in private would show others that the person uses the bot.
        """
        if is_public(event):
            return self._matcher.campaign.language_for(event.sender.language_code)
        languages, chosen = self._matcher.campaign.languages, self._languages.chosen(event.sender.id)
        if chosen:
            return chosen
        if subscriber and subscriber.language in languages:
            return Lang(subscriber.language)
        return event.lang if isinstance(event, SignedPress) else self._languages.language_of(event.sender)

    async def _carry_out_changes(self, event: Event, replies: Replies) -> bool:
        """Carry out the changes of language and subscription in `replies`; return whether all were stored."""
        for reply in replies:
            match reply:
                case SetLanguage(lang):
                    self._languages.choose(event.sender.id, lang)
                    await self._admin_commands.remember_language(event.sender.id, lang)
                case Join() | Choose() | Leave() if not await self._store(event, reply):
                    return False
                case Leave():
                    self._languages.forget(event.sender.id)  # erasing everything includes the choice in memory
        return True

    async def _store(self, event: Event, change: SubscriptionChange) -> bool:
        """Store `change` on disk. Return False if the database fails, so that the caller can report it.

        For a person who has blocked the bot, retry until the database has stored the change: no report reaches them,
        but their data must be deleted. If the bot is restarted meanwhile, Telegram sends the update again.
        """
        assert isinstance(event, (TextMessage, SignedPress, ChatStatusChanged))
        while True:
            try:
                await self._subscriptions.carry_out(event.chat, change)
                return True
            except StorageTrouble as error:
                log.warning("A change of a subscription could not be stored (%s)", type(error).__name__)
                if not isinstance(event, ChatStatusChanged):
                    return False
            await asyncio.sleep(_RETRY_ERASURE)
