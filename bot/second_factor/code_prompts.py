"""Remember for which act the bot has asked an admin for a code. In memory only: a restart voids every question."""

from dataclasses import dataclass, field

from bot.model.events import SignedPress

VALID_FOR = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class GuardedAct:
    """The press of a button that needs a code. After a right code the same press is handled again."""

    press: SignedPress


@dataclass(frozen=True, slots=True)
class SetUp:
    """The set-up of a second factor, which ends with the first code of the app."""

    secret: str = field(repr=False)
    picture: int  # the message that shows the secret


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question for a code. `message` is the id of the message that shows it, or 0.

    The question is void from `deadline` on, in Unix time.
    """

    purpose: GuardedAct | SetUp
    message: int
    deadline: float


class CodePrompts:
    """The open question of each admin. A new question replaces the one before.

    A paused question can still be answered with a code, but another text is no answer to it.
    """

    def __init__(self) -> None:
        self._prompts: dict[int, Prompt] = {}
        self._paused: set[int] = set()

    def ask(self, admin: int, prompt: Prompt) -> Prompt | None:
        """Record a question; return the question that it replaces."""
        before = self._prompts.get(admin)
        self._prompts[admin] = prompt
        self._paused.discard(admin)
        return before

    def pause(self, admin: int) -> None:
        """Pause the question to an admin until another one is asked."""
        if admin in self._prompts:
            self._paused.add(admin)

    def is_paused(self, admin: int) -> bool:
        """Return whether the question to an admin is paused."""
        return admin in self._paused

    def open_prompt(self, admin: int, now: float) -> Prompt | None:
        """Return the question that an admin can answer now; None if there is none."""
        prompt = self._prompts.get(admin)
        return prompt if prompt and now < prompt.deadline <= now + VALID_FOR else None

    def close(self, admin: int) -> Prompt | None:
        """Remove the question to an admin, and return it."""
        self._paused.discard(admin)
        return self._prompts.pop(admin, None)
