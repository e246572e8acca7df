"""Remember for which act the bot has asked an admin for a code. In memory only: a restart discards all questions."""

from dataclasses import dataclass, field

from bot.model.events import SignedPress

VALID_FOR = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class GuardedAct:
    """A press that needs a code. After a correct code, it is handled again."""

    press: SignedPress


@dataclass(frozen=True, slots=True)
class SetUp:
    """The set-up of a second factor, which the first code of the app completes."""

    secret: str = field(repr=False)
    picture: int  # the message that shows the secret


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that asks an admin for a code. `message` is the id of its message; 0 if it is not sent yet.

    The question is invalid from the Unix time `deadline` on.
    """

    purpose: GuardedAct | SetUp
    message: int
    deadline: float


class CodePrompts:
    """The open question to each admin, which asks for a code. A new question replaces an earlier one.

    Usually, any next text of the admin counts as an answer. After `pause`, only a text that looks like a code counts.
    """

    def __init__(self) -> None:
        self._prompts: dict[int, Prompt] = {}
        self._paused: set[int] = set()

    def ask(self, admin: int, prompt: Prompt) -> Prompt | None:
        """Store a question; return the question that it replaces, or None."""
        before = self._prompts.get(admin)
        self._prompts[admin] = prompt
        self._paused.discard(admin)
        return before

    def pause(self, admin: int) -> None:
        """Until the next question, treat a text of an admin as an answer only if it looks like a code."""
        if admin in self._prompts:
            self._paused.add(admin)

    def is_paused(self, admin: int) -> bool:
        """Return whether `pause` is in effect for an admin: only a text that looks like a code is an answer."""
        return admin in self._paused

    def open_prompt(self, admin: int, now: float) -> Prompt | None:
        """Return the question that an admin can answer now; None if there is none."""
        prompt = self._prompts.get(admin)
        return prompt if prompt and now < prompt.deadline <= now + VALID_FOR else None

    def close(self, admin: int) -> Prompt | None:
        """Remove the question to an admin; return it, or None if there is none."""
        self._paused.discard(admin)
        return self._prompts.pop(admin, None)
