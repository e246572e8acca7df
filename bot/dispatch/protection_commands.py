"""Answer /panic (freeze the bot), /factor (the second factor), their buttons, and the codes that admins type."""

from typing import assert_never

from bot.flows.commands import Responder, responder_of
from bot.model.events import Event, SignedPress, TextMessage, is_edit
from bot.model.replies import Replies, SendText, Toast
from bot.panic.panic_flow import Panic
from bot.panic.panic_screens import PREFIX as PANIC_PREFIX
from bot.second_factor.code_gate import CodeGate, Confirmed, FirstCode
from bot.second_factor.factor_dialog import FactorDialog
from bot.second_factor.guarded_acts import FACTOR_PREFIX
from content.screens.reader import Reader
from content.screens.screen import Screen, Span


class ProtectionCommands:
    """Pass an admin's commands, button presses and codes to the freeze, the second factor or the check of codes."""

    def __init__(self, panic: Panic, gate: CodeGate, dialog: FactorDialog) -> None:
        self._panic = panic
        self._gate = gate
        self._dialog = dialog

    def stop_waiting(self, admin: int) -> None:
        """From now on, treat a message of an admin as the requested code only if it looks like a code."""
        self._gate.stop_waiting(admin)

    async def challenge(self, event: SignedPress, reader: Reader) -> Replies | None:
        """Return the replies that ask for a code before the act of a button; None if the act needs no code."""
        return await self._gate.check(event, reader)

    async def typed_code(self, event: Event, reader: Reader) -> Replies | Confirmed | None:
        """Check a text message that might be a code of the second factor.

        If the code confirms a button press, return Confirmed with this press. Otherwise return the replies, such as
        that the code is wrong. Return None if the bot has not asked for a code, or the text is not meant as one.
        """
        if not isinstance(event, TextMessage):
            return None
        checked = await self._gate.receive(event, reader)
        match checked:
            case FirstCode():
                await self._dialog.finish_set_up(event.sender.id, checked, reader)
                return ()
            case Confirmed() | tuple() | None:
                return checked
            case _:
                assert_never(checked)

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the replies to /panic, /factor and their buttons; None for any other event."""
        if isinstance(event, SignedPress) and event.action.startswith(PANIC_PREFIX):
            return await self._panic.press(event, reader)
        if isinstance(event, SignedPress) and event.action.startswith(FACTOR_PREFIX):
            return await self._dialog.press(event, reader)
        match None if is_edit(event) else responder_of(event):
            case Responder.PANIC:
                return await self._panic.show(event.sender.id, reader)
            case Responder.FACTOR:
                return await self._dialog.show(event.sender.id, reader)
            case _:
                return None


def after_code(replies: Replies) -> Replies:
    """Return the replies to a button press in a form that can still be sent after the admin has typed a code.

    By then, Telegram does not show a notice (Toast) over the chat. So notices are left out; if there are no other
    replies, they are sent as messages.
    """
    shown = tuple(reply for reply in replies if not isinstance(reply, Toast))
    texts = [reply.text for reply in replies if isinstance(reply, Toast) and reply.text]
    return shown or tuple(SendText(Screen((Span(text),))) for text in texts)
