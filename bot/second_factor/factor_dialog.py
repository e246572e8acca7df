"""Answer /factor and its buttons: set up a second factor, require one of all admins, help members who lost theirs."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.audit.trail import AuditEntry
from bot.model.events import SignedPress
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.second_factor import codes, factor_screens, qr_code
from bot.second_factor.code_gate import CodeGate, FirstCode
from bot.second_factor.code_prompts import SetUp
from bot.second_factor.factor_record import FactorRecord
from bot.second_factor.factor_screens import Colleague
from bot.second_factor.factors import Factors
from bot.second_factor.guarded_acts import FACTOR_PREFIX
from bot.second_factor.secret_messages import SecretMessages
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.audit.record import AuditAct

log = logging.getLogger(__name__)


class Colleagues(Protocol):
    """The interface to the team of admins that FactorDialog needs."""

    def is_owner(self, user: int, /) -> bool:
        """Return whether a person is an owner and not suspended."""

    def ids(self) -> list[int]:
        """Return the user ids of all members, including suspended ones."""

    def tag(self, user: int, /) -> str:
        """Return the short hash that stands for a member in callback data."""

    def name_of(self, reader: Reader, user: int, /) -> str:
        """Return the role and the name of a member as text for the reader."""


class FactorDialog:
    """The dialog of /factor. The authenticator app shows `username`, the bot's name. `now` returns Unix time."""

    def __init__(
        self,
        factors: Factors,
        gate: CodeGate,
        messages: SecretMessages,
        colleagues: Colleagues,
        *,
        username: str,
        now: Callable[[], float],
    ) -> None:
        self._factors = factors
        self._gate = gate
        self._messages = messages
        self._colleagues = colleagues
        self._username = username
        self._now = now

    async def show(self, admin: int, reader: Reader) -> Replies:
        """Return the screen of /factor as a new message."""
        return (SendText(self._overview(admin, reader)),)

    async def press(self, event: SignedPress, reader: Reader) -> Replies:
        """Answer a press of a button of /factor. If the act needs a code, the caller has checked the code."""
        admin, words = event.sender.id, event.action.removeprefix(FACTOR_PREFIX).split(".")
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(self._overview(admin, reader)))
        match words:
            case ["setup"] if self._may_set_up(admin):
                return await self._begin_set_up(admin, reader)
            case ["again"]:
                return await self._begin_set_up(admin, reader)
            case ["codes"]:
                return await self._renew_codes(admin, reader)
            case ["noted"]:
                await self._messages.delete_now(admin, event.message)
                return (Toast(reader.say("toast.done")),)
            case ["cancel"]:
                return await self._cancel(admin, reader)
            case _ if self._colleagues.is_owner(admin):
                return await self._press_as_owner(admin, words, reader)
            case _:
                return self._shown(admin, reader)

    async def _press_as_owner(self, owner: int, words: list[str], reader: Reader) -> Replies:
        match words:
            case ["on" | "off" as choice]:
                return await self._require(owner, choice == "on", reader)
            case ["member" | "allow" | "unlock" as act, tag] if (member := self._tagged(owner, tag)) is not None:
                return await self._help(owner, act, member, reader)
            case _:
                return self._shown(owner, reader)

    # The admin's own factor

    def _may_set_up(self, admin: int) -> bool:
        record = self._factors.record
        return record.may_set_up(admin, self._now()) and not record.has_factor(admin)

    async def _begin_set_up(self, admin: int, reader: Reader) -> Replies:
        secret = codes.new_secret()
        png = qr_code.png_of(codes.address(secret, self._username))
        picture = await self._messages.show_picture(admin, png, factor_screens.picture_caption(reader, secret))
        if picture is None:
            return (Toast(reader.say("answer.not_saved")),)
        await self._gate.ask_first_code(admin, SetUp(secret, picture), reader)
        return (Toast(),)

    async def finish_set_up(self, admin: int, first: FirstCode, reader: Reader) -> None:
        """Complete the set-up if the first code of the app is correct: store the secret, show recovery codes."""
        step = codes.matching_step(first.set_up.secret, first.code, self._now(), last_step=0)
        if step is None:
            await self._gate.say_wrong(admin, reader)
            return
        if await self._gate.cancel(admin) is None:
            return
        fresh = codes.new_recovery_codes()
        entry = AuditEntry(AuditAct.FACTOR_SET_UP, admin, member=admin)
        await self._factors.change(lambda record: record.set_up(admin, first.set_up.secret, step, fresh), entry)
        await self._messages.delete_now(admin, first.set_up.picture)
        await self._messages.show_screen(admin, factor_screens.recovery_codes(reader, fresh))
        log.info("An admin has set up a second factor")

    async def _renew_codes(self, admin: int, reader: Reader) -> Replies:
        fresh = codes.new_recovery_codes()
        digests = tuple(map(codes.digest_of, fresh))
        entry = AuditEntry(AuditAct.FACTOR_CODES_RENEWED, admin, member=admin)
        await self._factors.change(
            lambda record: record.with_person(replace(record.of(admin), recovery=digests)), entry
        )
        await self._messages.show_screen(admin, factor_screens.recovery_codes(reader, fresh))
        return (Toast(reader.say("toast.done")),)

    async def _cancel(self, admin: int, reader: Reader) -> Replies:
        prompt = await self._gate.cancel(admin)
        if prompt and isinstance(prompt.purpose, SetUp):
            await self._messages.delete_now(admin, prompt.purpose.picture)
        return (Toast(reader.say("factor.cancelled")),)

    # The team's factors

    async def _require(self, owner: int, is_required: bool, reader: Reader) -> Replies:
        act = AuditAct.FACTOR_TURNED_ON if is_required else AuditAct.FACTOR_TURNED_OFF
        await self._factors.change(lambda record: replace(record, is_required=is_required), AuditEntry(act, owner))
        log.warning("The second factor is %s for the team", "required" if is_required else "not required any more")
        return self._shown(owner, reader)

    async def _help(self, owner: int, act: str, member: int, reader: Reader) -> Replies:
        if act == "allow":
            entry = AuditEntry(AuditAct.FACTOR_ALLOWED, owner, member=member)
            await self._change(lambda record: record.allowed(member, self._now()), entry)
        elif act == "unlock":
            entry = AuditEntry(AuditAct.FACTOR_UNLOCKED, owner, member=member)
            await self._change(lambda record: record.unlocked(member), entry)
        page = factor_screens.colleague_page(reader, self._colleague(member, reader))
        return (Toast(reader.say("toast.done") if act != "member" else ""), EditMessage(page))

    async def _change(self, change: Callable[[FactorRecord], FactorRecord], entry: AuditEntry) -> None:
        await self._factors.change(change, entry)
        log.info("An owner has helped a member of the team with the second factor")

    def _tagged(self, owner: int, tag: str) -> int | None:
        """Return the user id of the member with this tag; None if there is none, or if it is `owner`.

        Owners cannot unlock their own second factor.
        """
        others = (user for user in self._colleagues.ids() if user != owner)
        return next((user for user in others if self._colleagues.tag(user) == tag), None)

    def _colleague(self, user: int, reader: Reader) -> Colleague:
        name, tag = self._colleagues.name_of(reader, user), self._colleagues.tag(user)
        return Colleague(name, tag, self._factors.record.of(user))

    def _shown(self, admin: int, reader: Reader) -> Replies:
        return (Toast(), EditMessage(self._overview(admin, reader)))

    def _overview(self, admin: int, reader: Reader) -> Screen:
        record, others = self._factors.record, [user for user in self._colleagues.ids() if user != admin]
        is_owner = self._colleagues.is_owner(admin)
        return factor_screens.overview(
            reader,
            record.of(admin),
            is_required=record.is_required,
            may_set_up=record.may_set_up(admin, self._now()),
            colleagues=[self._colleague(user, reader) for user in others] if is_owner else None,
        )
