"""A reply that does not fit its event is an error of the program, and never dropped silently."""

from pathlib import Path

import pytest
from telegram import Bot

from bot.model.announcement import Piece
from bot.model.events import (
    ButtonPress,
    ChatId,
    ChatStatus,
    ChatStatusChanged,
    Event,
    InlineQuery,
    OtherMessage,
    Sender,
    TextMessage,
    UserId,
)
from bot.model.replies import (
    AnswerInline,
    DeleteMessage,
    EditMessage,
    ReplaceText,
    Reply,
    SendPhoto,
    SendPiece,
    SendText,
    SendVoice,
    Toast,
)
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.sender import ReplySender
from content.model import Recording
from content.screens.screen import Screen, Span
from tests.unit.telegram_api.test_transport import TOKEN

SCREEN = Screen((Span("text"),))
PIECE = Piece("text")
CHAT, PERSON = ChatId(1), Sender(UserId(1))
QUERY = InlineQuery("1", PERSON, "text")
MESSAGES: list[Event] = [
    TextMessage(CHAT, PERSON, 5, "text", is_private=True),
    OtherMessage(CHAT, PERSON, 5, is_private=True),
    ChatStatusChanged(CHAT, PERSON, ChatStatus.BACK),
]
VOICE = SendVoice(Recording(Path("voice.ogg"), 3), SCREEN, "text")
NEW_MESSAGES: list[Reply] = [SendText(SCREEN), SendPhoto(b"png", SCREEN), VOICE, SendPiece(PIECE)]
FOR_PRESSES: list[Reply] = [Toast("text"), EditMessage(SCREEN), ReplaceText(PIECE), DeleteMessage("text")]
INLINE = AnswerInline((), "label")


@pytest.mark.parametrize(
    ("event", "reply"),
    [
        *((QUERY, reply) for reply in NEW_MESSAGES + FOR_PRESSES),
        *((event, reply) for event in MESSAGES for reply in [*FOR_PRESSES, INLINE]),
        (ButtonPress("1", CHAT, PERSON, 5, "data", is_private=True), INLINE),
    ],
)
async def test_a_reply_that_does_not_fit_its_event_raises(event: Event, reply: Reply) -> None:
    with pytest.raises(TypeError, match=f"{type(reply).__name__} cannot answer {type(event).__name__}"):
        await ReplySender(Bot(TOKEN), Signer(TOKEN)).send_replies(event, (reply,))


@pytest.mark.parametrize("reply", [*FOR_PRESSES, INLINE])
async def test_only_new_messages_notify_a_person_who_did_nothing(reply: Reply) -> None:
    with pytest.raises(TypeError, match=f"{type(reply).__name__} cannot answer"):
        await ReplySender(Bot(TOKEN), Signer(TOKEN)).notify(1, (reply,))
