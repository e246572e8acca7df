"""Connect both sides of feedback: people who write to the campaign, and admins who answer."""

from dataclasses import replace

from bot.broadcast.authoring.admins import Admins
from bot.feedback import team_screens, writer_screens
from bot.feedback.conversation_store import ConversationStore
from bot.feedback.team_dialog import TeamDialog
from bot.feedback.writer_dialog import WriterDialog
from bot.model.events import Event, SignedPress, is_public
from bot.model.replies import EditMessage, Replies, Reply, SendText
from bot.model.roles import Permission
from content.model import Lang
from content.screens.navigation.button_data import from_data, to_data
from content.screens.navigation.places import AtCommand, Home, Start
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Screen, Span


class Feedback:
    """Handle feedback to the campaign. If `is_on` is False, reply to nothing, and erase conversations stored earlier.

    Call `open` before anything else, and keep `run` running.
    """

    def __init__(
        self,
        is_on: bool,
        admins: Admins,
        conversations: ConversationStore,
        writer: WriterDialog,
        team: TeamDialog,
    ) -> None:
        self._is_on = is_on
        self._admins = admins
        self._conversations = conversations
        self._writer = writer
        self._team = team

    async def open(self, *, is_restored: bool) -> None:
        """Load the stored conversations, and destroy those that have expired.

        Destroy all if the database was restored from a backup.
        """
        await self._conversations.open(is_on=self._is_on, is_restored=is_restored)

    async def run(self) -> None:
        """Destroy expired conversations and forget unsent texts after half an hour, until cancelled."""
        await self._conversations.run(self._drop_expired)

    def _drop_expired(self) -> None:
        self._writer.drop_expired()
        self._team.drop_expired()

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the replies to an event that belongs to feedback; None for any other. Raises StorageTrouble."""
        if not self._is_on:
            return None
        if self._admins.team.may(event.sender.id, Permission.FEEDBACK):
            replies = await self._team.replies(event, reader)
            if replies is not None:
                self._writer.pause(event.sender.id)
                return replies
        return await self._writer.replies(event, reader)

    def stop_waiting(self, event: Event) -> None:
        """Stop adding messages of the person who caused `event` to the feedback or answer that they are writing.

        Do nothing if `event` is a press of a button of feedback.
        """
        if isinstance(event, SignedPress) and event.action.startswith((writer_screens.PREFIX, team_screens.PREFIX)):
            return
        self._writer.pause(event.sender.id)
        self._team.pause(event.sender.id)

    @property
    def commands(self) -> frozenset[str]:
        """Return the names of the commands that feedback adds: `feedback`, or nothing when feedback is off."""
        return frozenset({writer_screens.COMMAND}) if self._is_on else frozenset()

    def with_offer(self, event: Event, replies: Replies, reader: Reader) -> Replies:
        """Add feedback to the screens in `replies`: a button to the menu, and a paragraph to the privacy page.

        Return the changed replies. If feedback is off or `event` is public, return `replies` unchanged.
        """
        if not self._is_on or is_public(event):
            return replies
        return tuple(_with_offer(reply, reader) for reply in replies)

    def data_lines(self, user: int, reader: Reader) -> tuple[str, ...]:
        """Return what /mydata says about the conversation of a person, as lines of text; () if there is none."""
        conversation = self._conversations.of_chat(user)
        return writer_screens.data_lines(reader, conversation) if conversation else ()

    async def forget(self, user: int) -> None:
        """Destroy the conversation of a person, and any text that they have not sent yet."""
        self._writer.forget(user)
        self._team.forget(user)
        await self._conversations.forget(user)

    async def on_rights_lost(self, user: int) -> None:
        """Forget the unsent answer of an admin who has lost the right to send it."""
        if not self._admins.team.may(user, Permission.FEEDBACK):
            self._team.forget(user)


def _with_offer(reply: Reply, reader: Reader) -> Reply:
    match reply:
        case SendText(screen) | EditMessage(screen) if isinstance(screen.place, Start | Home):
            return replace(reply, screen=_with_button(screen, reader))
        case SendText(screen) | EditMessage(screen) if screen.place == AtCommand("privacy"):
            return replace(reply, screen=_with_promise(screen, reader))
        case _:
            return reply


def _with_button(screen: Screen, reader: Reader) -> Screen:
    """Return the menu with a feedback button in a new row, above the last row (the choice of languages)."""
    lang = _language_of(screen) or reader.lang
    label = reader.speaking(lang).say("feedback.button_open")
    button = CallbackButton(label, to_data(AtCommand(writer_screens.COMMAND), lang))
    return screen.with_rows((*screen.rows[:-1], (button,), *screen.rows[-1:]))


def _with_promise(screen: Screen, reader: Reader) -> Screen:
    """Return the privacy page with a paragraph about what feedback stores."""
    promise = reader.speaking(_language_of(screen) or reader.lang).say("feedback.privacy")
    return replace(screen, spans=(*screen.spans, Span("\n\n" + promise)))


def _language_of(screen: Screen) -> Lang | None:
    """Return the language code in the callback data of a screen's buttons; None if no button contains one."""
    buttons = (button for row in screen.rows for button in row if isinstance(button, CallbackButton))
    targets = (from_data(button.data) for button in buttons)
    return next((target[1] for target in targets if target), None)
