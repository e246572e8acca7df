"""Keep the conversations of feedback, in memory and encrypted on disk, and destroy each one when it expires."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.audit.trail import AuditEntry, AuditTrail
from bot.feedback import conversation as model
from bot.feedback.conversation import Conversation, Conversations
from bot.runtime.loop_guard import LoopGuard
from storage.audit.record import AuditAct
from storage.database import Transaction
from storage.store import Store

DOCUMENT = b"feedback/conversations"
CHECK_EVERY = 60.0  # seconds
_Recording = Callable[[Transaction], Awaitable[None]]


class ConversationStore:
    """The open conversations. Call `open` before anything else, and keep `run` running. `now` returns Unix time.

    A change is on disk when its method returns. If it cannot be stored, the method raises StorageTrouble.
    """

    def __init__(self, store: Store, trail: AuditTrail, now: Callable[[], float]) -> None:
        self._store = store
        self._trail = trail
        self._now = now
        self._lock = asyncio.Lock()
        self._stored = Conversations()

    async def open(self, *, is_on: bool, is_restored: bool) -> None:
        """Load the conversations, and destroy those that expired while the bot did not run.

        Destroy all of them if feedback is off (`is_on` is False). Also destroy all of them after a restore from a
        backup, because the backup may contain data that people have deleted since.
        """
        content = await self._store.documents.get(self._store.database, DOCUMENT)
        if not is_on:
            await self._erase_document(exists=content is not None)
            return
        stored = model.decode(content) if content and not is_restored else Conversations()
        await self._save(stored.without_over(self._now()))

    async def run(self, on_check: Callable[[], None]) -> None:
        """Destroy expired conversations and call `on_check`, both every minute, until cancelled."""
        guard = LoopGuard("Feedback")
        while True:
            with guard.guard():
                on_check()
                await self.destroy_over()
            await asyncio.sleep(CHECK_EVERY)

    def of_chat(self, chat: int) -> Conversation | None:
        """Return the open conversation of a person; None if there is none."""
        return self._stored.of_chat(chat, self._now())

    def of_number(self, number: int) -> Conversation | None:
        """Return the open conversation with this number; None if there is none."""
        return self._stored.of_number(number, self._now())

    async def begin(self, chat: int, language: str) -> Conversation | None:
        """Begin or extend the conversation of a person, so that answers reach them for up to 48 hours from now.

        Return the conversation; None if there are too many. `language` is the language that the person uses now.
        """
        async with self._lock:
            current = self._stored.without_over(self._now())
            opened = current.opened(chat, language, self._now())
            if opened is not None:
                await self._save(current.put(opened))
            return opened

    async def count_answer(self, conversation: Conversation, admin: int) -> None:
        """Add 1 to the stored number of answers in `conversation`, and record in the audit log that `admin` answers.

        Call this directly before the answer is sent.
        """
        await self._change(replace(conversation, answers=conversation.answers + 1), AuditAct.FEEDBACK_ANSWERED, admin)

    async def mute(self, conversation: Conversation, admin: int) -> None:
        """Stop passing this person's messages on to admins, and record in the audit log which admin decided so."""
        await self._change(replace(conversation, is_muted=True), AuditAct.FEEDBACK_MUTED, admin)

    async def _change(self, changed: Conversation, act: AuditAct, admin: int) -> None:
        async def record(transaction: Transaction) -> None:
            await self._trail.record(transaction, AuditEntry(act, admin, subject=str(changed.number)))

        async with self._lock:
            await self._save(self._stored.put(changed), record)

    async def forget(self, chat: int) -> bool:
        """Destroy the conversation of a person; return False if there was none."""
        async with self._lock:
            left = self._stored.without(chat)
            is_known = left != self._stored
            if is_known:
                await self._save(left)
            return is_known

    async def destroy_over(self) -> None:
        """Destroy the conversations that have expired."""
        async with self._lock:
            left = self._stored.without_over(self._now())
            if left != self._stored:
                await self._save(left)

    async def _save(self, conversations: Conversations, record: _Recording | None = None) -> None:
        async with self._store.database.transaction() as transaction:
            await self._store.documents.put(transaction, DOCUMENT, model.encode(conversations))
            if record:
                await record(transaction)
        self._store.database.mark_erased()
        self._stored = conversations

    async def _erase_document(self, *, exists: bool) -> None:
        if exists:
            async with self._store.database.transaction() as transaction:
                await self._store.documents.remove(transaction, DOCUMENT)
            self._store.database.mark_erased()
