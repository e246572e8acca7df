"""Ask admins for a code before certain acts, and check the code that they type."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from bot.audit.denials import Denial, Denials
from bot.broadcast.authoring.admins import Admins
from bot.model.events import SignedPress, TextMessage
from bot.model.replies import Replies, Toast
from bot.second_factor import codes, factor_screens, guarded_acts
from bot.second_factor.code_prompts import VALID_FOR, CodePrompts, GuardedAct, Prompt, SetUp
from bot.second_factor.factor_record import MAX_FAILURES, Verdict
from bot.second_factor.factors import Factors
from content.screens.reader import Reader
from content.screens.screen import Screen

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The result of a correct code: the caller now carries out `press`, the button press that needed the code."""

    press: SignedPress


@dataclass(frozen=True, slots=True)
class FirstCode:
    """A typed code, which completes the set-up of an authenticator app if it is correct.

    The caller checks `code` against the secret in `set_up`, and then stores this secret.
    """

    set_up: SetUp
    code: str


class CodeGate:
    """Ask admins for codes, and check these.

    `is_clock_trusted` returns whether the server's clock is right; if it is not, codes of apps do not match. `now`
    returns Unix time.
    """

    def __init__(
        self,
        factors: Factors,
        admins: Admins,
        denials: Denials,
        *,
        is_clock_trusted: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        self._factors = factors
        self._admins = admins
        self._denials = denials
        self._is_clock_trusted = is_clock_trusted
        self._now = now
        self._prompts = CodePrompts()

    # Asking

    async def check(self, event: SignedPress, reader: Reader) -> Replies | None:
        """Return None if a press needs no code; otherwise return the replies that ask for one or refuse the act."""
        admin, phrase = event.sender.id, guarded_acts.phrase_of(event.action)
        is_guarded = self._factors.record.is_required or guarded_acts.is_always_guarded(event.action)
        if phrase is None or not is_guarded or self._is_request(event):
            return None
        person = self._factors.record.of(admin)
        if person.is_locked:
            log.info("An act was refused: the second factor of the admin is locked")
            self._denials.add(Denial.LOCKED, admin)
            return (Toast(reader.say("factor.toast_locked")),)
        if not person.secret:
            log.info("An act was refused: the admin has no second factor")
            self._denials.add(Denial.NO_FACTOR, admin)
            return (Toast(reader.say("factor.toast_none")),)
        await self._ask(admin, GuardedAct(event), factor_screens.question(reader, self._act(reader, phrase)))
        return (Toast(),)

    def _is_request(self, event: SignedPress) -> bool:
        """Return whether a press only asks another admin for approval, which needs no code."""
        return guarded_acts.is_sending(event.action) and bool(self._admins.others(event.sender.id))

    def _act(self, reader: Reader, phrase: str) -> str:
        return reader.say(f"factor.act_{phrase}")

    async def ask_first_code(self, admin: int, set_up: SetUp, reader: Reader) -> None:
        """Ask an admin for the first code of their authenticator app. The set-up ends when the code is correct."""
        await self._ask(admin, set_up, factor_screens.first_code(reader))

    async def _ask(self, admin: int, purpose: GuardedAct | SetUp, screen: Screen) -> None:
        prompt = Prompt(purpose, 0, self._now() + VALID_FOR)
        await self._remove(admin, self._prompts.ask(admin, prompt))
        message = await self._admins.show(admin, screen) or 0
        if self._prompts.open_prompt(admin, self._now()) is prompt:
            self._prompts.ask(admin, replace(prompt, message=message))

    def stop_waiting(self, admin: int) -> None:
        """From now on, check a text of an admin only if it looks like a code; other parts handle any other text."""
        self._prompts.pause(admin)

    async def cancel(self, admin: int) -> Prompt | None:
        """Withdraw the open question to an admin, and delete its message.

        Return the question; None if there is none.
        """
        prompt = self._prompts.close(admin)
        await self._remove(admin, prompt)
        return prompt

    async def _remove(self, admin: int, prompt: Prompt | None) -> None:
        if prompt and prompt.message:
            await self._admins.remove(admin, prompt.message)

    # Checking

    async def receive(self, event: TextMessage, reader: Reader) -> Replies | Confirmed | FirstCode | None:
        """Check a text that may be the code for which the bot has asked. If it is a code, delete its message.

        The result means:

        - Confirmed: the code is correct.
        - FirstCode: it is the first code of an app. The caller has to check it.
        - (): the admin was expected to type a code, but the text is no code or a wrong one. This method has said so.
        - None: no code is expected, or the text need not be one (see `stop_waiting`). Other parts handle the text.
        """
        admin = event.sender.id
        prompt = self._prompts.open_prompt(admin, self._now())
        if prompt is None or event.command or event.is_edited or event.is_caption:
            return None
        code = codes.typed_code(event.text)
        if code is None and self._prompts.is_paused(admin):
            return None
        if code is None:
            await self._say(admin, prompt, reader, "not_a_code")
            return ()
        await self._admins.remove(admin, event.message)
        match prompt.purpose:
            case SetUp() as set_up:
                return FirstCode(set_up, code)
            case GuardedAct(press):
                return await self._check_code(admin, code, prompt, press, reader)
            case _:
                assert_never(prompt.purpose)

    async def _check_code(
        self, admin: int, code: str, prompt: Prompt, press: SignedPress, reader: Reader
    ) -> Replies | Confirmed:
        verdict = await self._factors.try_code(admin, code)
        match verdict:
            case Verdict.CORRECT | Verdict.RECOVERY:
                pass
            case Verdict.WRONG:
                await self.say_wrong(admin, reader)
                return ()
            case Verdict.NOW_LOCKED | Verdict.LOCKED:
                await self._lock(admin, prompt, reader)
                return ()
            case _:
                assert_never(verdict)
        if self._prompts.close(admin) is None:  # a second message with the same code was handled meanwhile
            return ()
        await self._remove(admin, prompt)
        return Confirmed(press)

    async def say_wrong(self, admin: int, reader: Reader) -> None:
        """Show the open question again, below a sentence that says that the code was wrong.

        If the server's clock cannot be trusted, the sentence says that the clock may be the reason.
        """
        log.info("A code was wrong or used before: the admin may try again")
        if prompt := self._prompts.open_prompt(admin, self._now()):
            await self._say(admin, prompt, reader, "wrong" if self._is_clock_trusted() else "clock")

    async def _lock(self, admin: int, prompt: Prompt, reader: Reader) -> None:
        self._prompts.close(admin)
        log.warning("The second factor of an admin is locked: %d wrong codes within an hour", MAX_FAILURES)
        await self._admins.show(admin, factor_screens.sentence(reader, "own_locked"), prompt.message or None)

    async def _say(self, admin: int, prompt: Prompt, reader: Reader, key: str) -> None:
        """Show the open question of an admin again, below the phrase `factor.KEY`."""
        headline = reader.say(f"factor.{key}")
        match prompt.purpose:
            case SetUp():
                screen = factor_screens.first_code(reader, headline)
            case GuardedAct(press):
                act = self._act(reader, guarded_acts.phrase_of(press.action) or "")
                screen = factor_screens.question(reader, act, headline)
            case _:
                assert_never(prompt.purpose)
        await self._admins.show(admin, screen, prompt.message or None)
