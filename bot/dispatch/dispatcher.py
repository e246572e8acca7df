"""One update on its way from the gate to the answer."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from bot.dispatch.admin_commands import Administration
from bot.dispatch.chosen_languages import ChosenLanguages
from bot.dispatch.flood_gate import PRESS, Gate, Verdict
from bot.dispatch.latest_command import Latest
from bot.dispatch.notice_interval import NoticeInterval
from bot.dispatch.subscriptions import Subscriptions
from bot.flows import router, subscribing
from bot.model.events import Event, Moved, Other, Pressed, SignedPress, TextMessage, UserId, is_edit, is_public
from bot.model.replies import Choose, Join, Leave, Memory, Replies, SetLanguage
from bot.telegram_api.rate_limiting.group_quota import GroupQuestion
from bot.telegram_api.rate_limiting.rate_limited_request import in_lane
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.rate_limiting.token_bucket import Lane
from bot.telegram_api.sending.callback_signing import SIGNED_PREFIX, Signer
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
_AGAIN = 5.0  # seconds until an erasure that failed is tried again


class Handler:
    def __init__(
        self,
        matcher: Matcher,
        me: BotIdentity,
        delivery: ReplySender,
        remembering: Subscriptions,
        signer: Signer,
        administration: Administration,
        latest: Latest,
        limiter: RateLimiter,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._matcher = matcher
        self._me = me
        self._delivery = delivery
        self._remembering = remembering
        self._signer = signer
        self._administration = administration
        self._latest = latest
        self._limiter = limiter
        self._now = now
        self._gate = Gate()
        self._not_texts = NoticeInterval()
        self._tongues = ChosenLanguages(matcher.campaign)

    def admit(self, update: Update) -> UpdateWork | None:
        """What is to be done. The gate counts arrivals, not answers: a flood must not queue before it."""
        user = update_parser.sender_of(update)
        if user is None:
            return lambda: self._handle(update, Verdict.PASS)
        now, urgent = time.monotonic(), is_urgent(update)
        urgent = urgent and self._gate.admit_leave(user, now) is Verdict.PASS
        # Of a text that an app has split, and of its corrections, every part has to be seen, or it would go out cut.
        heard = urgent or self._administration.composes(user)
        verdict = Verdict.PASS if heard else self._gate.admit(user, now, 1.0 if "message" in update else PRESS)
        if verdict is Verdict.DROP:
            return None
        self._gate.begin(user)
        hurry = self._limiter.overtake_answers(user) if urgent else nullcontext()
        hurry.__enter__()  # from now on, while this waits behind other updates of the same chat
        question = self._question(update) if verdict is Verdict.PASS else None
        return lambda: self._work(update, user, verdict, hurry, question)

    def _question(self, update: Update) -> GroupQuestion | None:
        """Return what is asked in a group, which can be sent only so much."""
        event = update_parser.parse_update(update, self._me) if update_parser.is_in_group(update) else None
        return (
            self._delivery.group_quota.add_question(event.chat, time.monotonic())
            if isinstance(event, TextMessage)
            else None
        )

    async def _work(
        self,
        update: Update,
        user: UserId,
        verdict: Verdict,
        hurry: AbstractContextManager[None],
        question: GroupQuestion | None,
    ) -> None:
        try:
            with in_lane(Lane.ANSWER if isinstance(hurry, nullcontext) else Lane.URGENT):
                await self._handle(update, verdict, question)
        finally:
            if question:
                self._delivery.group_quota.remove_question(question)
            hurry.__exit__(None, None, None)
            self._gate.end(user)

    async def _handle(self, update: Update, verdict: Verdict, question: GroupQuestion | None = None) -> None:
        event = update_parser.parse_update(update, self._me)
        if event is None:
            if query := update_parser.unparsed_press_id(update):
                await self._delivery.acknowledge_press(query)
        else:
            event = self._verified(event)
            replies = await self._replies(event, verdict, update)
            if question and replies and not await self._has_turn(question):
                replies = self._dropped(event)
            await self._delivery.send_replies(event, replies)

    async def _has_turn(self, question: GroupQuestion) -> bool:
        """Wait until `question` can be answered; return False when it is dropped."""
        while True:
            wait = self._delivery.group_quota.seconds_to_wait(question, time.monotonic())
            if not wait:
                return wait is not None
            await asyncio.sleep(min(wait, 1.0))  # it may be dropped meanwhile

    def _dropped(self, event: Event) -> Replies:
        """Return what a group is told whose question is not answered: something once in a rush."""
        assert isinstance(event, TextMessage)
        if not self._delivery.group_quota.record_drop(event.chat, time.monotonic()):
            return ()
        log.info("A group asks more than it can be sent: questions there are dropped")
        return router.too_many_questions(
            event, Reader(self._matcher.campaign, self._language(event, None)), self._matcher
        )

    def _verified(self, event: Event) -> Event:
        """A pressed button that we signed for this person becomes what it asks for; any other stays what it is."""
        if not isinstance(event, Pressed) or not event.private:
            return event
        signed = self._signer.verify(event.data, event.sender.id, self._now())
        if signed is None:
            if event.data.startswith(SIGNED_PREFIX):
                log.info("A button was refused: it was not signed for whoever pressed it")
            return event
        lang = signed.lang if signed.lang in self._matcher.campaign.languages else self._tongues.of(event.sender)
        return SignedPress(
            event.query,
            event.chat,
            event.sender,
            event.message,
            lang,
            signed.action,
            signed.is_expired,
            event.thread,
        )

    async def _replies(self, event: Event, verdict: Verdict, update: Update) -> Replies:
        one, in_trouble = await self._known(event)
        reader = Reader(self._matcher.campaign, self._language(event, one))
        if verdict is Verdict.WARN and not is_edit(event):
            return router.too_much(event, reader)
        if in_trouble and router.needs_memory(event):
            return router.not_saved(event, reader)
        replies = await self._administration.replies(event, reader, update, one)
        if replies is None and is_edit(event) and not subscribing.leaves(event):
            return ()  # the message was answered as it stood first
        if replies is None and not self._is_worth_an_answer(event):
            return ()
        if replies is None:
            replies = await self._missed(event, reader, one)
        if replies is None:
            replies = router.decide(event, reader, self._matcher, self._me.username, one)
        if not await self._remembered(event, replies):
            return router.not_saved(event, reader)
        return replies

    def _is_worth_an_answer(self, event: Event) -> bool:
        """Return False for a picture or a file within a minute of another one, of an album above all."""
        if isinstance(event, TextMessage) and event.captioned and event.private:
            self._not_texts.note(event.chat, time.monotonic())
        return not isinstance(event, Other) or self._not_texts.is_due(event.chat, time.monotonic())

    async def _missed(self, event: Event, reader: Reader, one: Subscriber | None) -> Replies | None:
        """The answer to who asks for announcements."""
        try:
            return await self._latest.replies(event, reader, one)
        except StorageTrouble as trouble:
            log.warning("Announcements could not be looked up (%s)", type(trouble).__name__)
            return router.not_saved(event, reader)

    async def _known(self, event: Event) -> tuple[Subscriber | None, bool]:
        """What is stored about the person, and whether it cannot be told just now."""
        if not isinstance(event, SignedPress) and not (isinstance(event, (TextMessage, Pressed)) and event.private):
            return None, False
        try:
            one = await self._remembering.of(event.chat)
            if one is not None:
                await self._remembering.found(one)
            return one, False
        except StorageTrouble as trouble:
            log.warning("A look-up failed (%s)", type(trouble).__name__)
            return None, True

    def _language(self, event: Event, one: Subscriber | None) -> Lang:
        """What they chose while this process lives, else what is stored, else what their Telegram or button says.

        Where others read along it is what their Telegram says: what they chose in private would show that they did.
        """
        if is_public(event):
            return self._matcher.campaign.language_for(event.sender.language_code)
        languages, chosen = self._matcher.campaign.languages, self._tongues.chosen(event.sender.id)
        if chosen:
            return chosen
        if one and one.language in languages:
            return Lang(one.language)
        return event.lang if isinstance(event, SignedPress) else self._tongues.of(event.sender)

    async def _remembered(self, event: Event, replies: Replies) -> bool:
        """Does all that is to be remembered; whether it is on disk."""
        for reply in replies:
            match reply:
                case SetLanguage(lang):
                    self._tongues.choose(event.sender.id, lang)
                case Join() | Choose() | Leave() if not await self._stored(event, reply):
                    return False
                case Leave():
                    self._tongues.forget(event.sender.id)  # "everything about you" is this, too
        return True

    async def _stored(self, event: Event, memory: Memory) -> bool:
        assert isinstance(event, (TextMessage, SignedPress, Moved))
        while True:
            try:
                await self._remembering.carry_out(event.chat, memory)
                return True
            except StorageTrouble as trouble:
                log.warning("Something could not be stored or erased (%s)", type(trouble).__name__)
                if not isinstance(event, Moved):
                    return False  # which the person is told
            await asyncio.sleep(_AGAIN)  # nobody is there to try again: the update stays unconfirmed until it is done
