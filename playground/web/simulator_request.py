"""Read and check the values of a request to the simulator API."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import SimulatorError
from playground.messages.uploads import Upload
from playground.world.model import Bot, Chat, Message, SendAs, User
from playground.world.state import PlaygroundState


@dataclass(frozen=True, slots=True)
class SimulatorRequest:
    """A request to the simulator API, with methods that read and check its values.

    `values` is the query string or the JSON body, `chat_id` the chat id in the path, if any. All methods raise
    SimulatorError when the value is missing or wrong.
    """

    state: PlaygroundState
    values: Mapping[str, Any]
    chat_id: int | None

    def person(self) -> User:
        """Return the person who acts, by the user id in "person". Raises SimulatorError 404 if there is none."""
        number = self.integer("person")
        if number not in self.state.people:
            raise SimulatorError(f"There is no person {number}: GET /box/people lists all.", 404)
        return self.state.people[number]

    def chat(self) -> Chat:
        """Return the chat that the acting person knows by the id in the path, or else by the id in "chat"."""
        number = self.integer("chat") if self.chat_id is None else self.chat_id
        return self.state.chat_of_person(self.person(), number)

    def bot(self) -> Bot:
        """Return the bot with the user id in "bot". Raises SimulatorError 404 if there is none."""
        number = self.integer("bot")
        if number not in self.state.bots:
            raise SimulatorError(f"There is no bot {number}: GET /box/bots lists all.", 404)
        return self.state.bots[number]

    def receiver(self) -> Bot | None:
        """Return the only bot that receives an ephemeral message, by the id in "ephemeral_to"; None without it."""
        number = self.optional_integer("ephemeral_to")
        if number is not None and number not in self.state.bots:
            raise SimulatorError(f"There is no bot {number}: GET /box/bots lists all.", 404)
        return None if number is None else self.state.bots[number]

    def message(self) -> Message:
        """Return the message with the id in "message_id". Raises SimulatorError 404 if the person does not see it."""
        number, chat = self.integer("message_id"), self.chat()
        if number not in {message.id for message in chat.seen_by(self.person())}:
            raise SimulatorError(f"There is no message {number} in this chat.", 404)
        return chat.messages[number]

    def integer(self, name: str, default: int | None = None) -> int:
        """Return the value `name` of the request as an int, or `default` if it is missing.

        Raises SimulatorError if it is not an integer, or if it is missing and there is no default.
        """
        value = self.values.get(name, default)
        try:
            return int(str(value))
        except ValueError:
            raise SimulatorError(f'"{name}" must be an integer, not {value!r}.') from None

    def optional_integer(self, name: str) -> int | None:
        """Return the value `name` of the request as an int; None when it is missing or null."""
        return None if self.values.get(name) is None else self.integer(name)

    def text(self, name: str, default: str | None = None) -> str:
        """Return the value `name` of the request, or `default` if it is missing.

        Raises SimulatorError if it is not a string, or if it is missing and there is no default.
        """
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise SimulatorError(f'"{name}" must be a string, not {value!r}.')
        return value

    def boolean(self, name: str) -> bool:
        """Return the value `name` of the request.

        Raises SimulatorError if it is missing or neither true nor false.
        """
        value = self.values.get(name)
        if not isinstance(value, bool):
            raise SimulatorError(f'"{name}" must be true or false, not {value!r}.')
        return value

    def upload(self) -> Upload | None:
        """Return the file that the request has as base64 in "content"; None without "content"."""
        if self.values.get("content") is None:
            return None
        try:
            data = base64.b64decode(self.text("content"), validate=True)
        except ValueError:
            raise SimulatorError('"content" must be base64.') from None
        return Upload(self.text("file_name", "file"), self.text("mime_type", ""), data)

    def send_as(self) -> SendAs | None:
        """Return the identity, named in "send_as", under which the person sends a message; None without "send_as"."""
        if "send_as" not in self.values:
            return None
        options = {option.value: option for option in SendAs}
        if (name := self.text("send_as")) not in options:
            raise SimulatorError(f'"send_as" must be one of {", ".join(options)}, not {name!r}.')
        return options[name]
