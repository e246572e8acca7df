"""Represent the stored data of second factors: who has set one up, which codes are used, who is locked. Pure."""

import hmac
from dataclasses import dataclass, replace
from enum import Enum

import msgspec

from bot.model import stored_json
from bot.second_factor import codes

MAX_FAILURES = 6  # wrong codes of a person within FAILURE_WINDOW; then the person is locked
FAILURE_WINDOW = 3600.0  # seconds
ALLOWED_FOR = 24 * 3600.0  # seconds in which a person may set up a second factor once an owner allowed it


class Verdict(Enum):
    """The result of checking a typed code."""

    CORRECT = "correct"
    RECOVERY = "correct recovery code"
    WRONG = "wrong"
    NOW_LOCKED = "wrong too often"
    LOCKED = "locked before"


@dataclass(frozen=True, slots=True)
class PersonalFactor:
    """The second factor of one admin. If `secret` is empty, the admin has none.

    `last_step` is the time step of the last code that was accepted. `recovery` contains the hashes of the unused
    recovery codes, and `failures` the Unix times of wrong codes. `allowed_until` is the Unix time until which an
    owner allows the admin to set up a new factor, if the team requires one.
    """

    admin: int
    secret: str = ""
    last_step: int = 0
    recovery: tuple[str, ...] = ()
    failures: tuple[float, ...] = ()
    is_locked: bool = False
    allowed_until: float = 0.0


@dataclass(frozen=True, slots=True)
class SecretMessage:
    """A message in the chat with `admin` that shows a secret. It is deleted at the Unix time `delete_at`."""

    admin: int
    message: int
    delete_at: float


@dataclass(frozen=True, slots=True)
class FactorRecord:
    """All stored data of second factors. If `is_required`, certain acts need a code of every admin."""

    is_required: bool = False
    people: tuple[PersonalFactor, ...] = ()
    messages: tuple[SecretMessage, ...] = ()

    def of(self, admin: int) -> PersonalFactor:
        """Return the second factor of an admin; an empty PersonalFactor if there is none."""
        return next((person for person in self.people if person.admin == admin), PersonalFactor(admin))

    def has_factor(self, admin: int) -> bool:
        """Return whether an admin has set up a second factor."""
        return bool(self.of(admin).secret)

    def may_set_up(self, admin: int, now: float) -> bool:
        """Return whether an admin may set up a second factor now without a code of their old one.

        If the team requires second factors, an owner has to allow it first, so that a person who stole the account
        cannot set up their own.
        """
        until = self.of(admin).allowed_until
        return not self.is_required or now < until <= now + ALLOWED_FOR

    def with_person(self, person: PersonalFactor) -> "FactorRecord":
        """Return a copy with `person`, in place of any earlier second factor of the same admin."""
        return replace(self, people=(*self.without(person.admin).people, person))

    def without(self, admin: int) -> "FactorRecord":
        """Return a copy without the second factor of an admin."""
        return replace(self, people=tuple(person for person in self.people if person.admin != admin))

    def set_up(self, admin: int, secret: str, step: int, recovery: tuple[str, ...]) -> "FactorRecord":
        """Return a copy with a new factor for an admin.

        `step` is the TOTP time step of the code that the admin typed. `recovery` are new recovery codes, whose hashes
        are stored.
        """
        digests = tuple(map(codes.digest_of, recovery))
        return self.with_person(PersonalFactor(admin, secret, last_step=step, recovery=digests))

    def allowed(self, admin: int, now: float) -> "FactorRecord":
        """Return a copy in which an admin has no factor and may set up a new one within a day."""
        return self.with_person(PersonalFactor(admin, allowed_until=now + ALLOWED_FOR))

    def unlocked(self, admin: int) -> "FactorRecord":
        """Return a copy in which the factor of an admin is no longer locked."""
        return self.with_person(replace(self.of(admin), is_locked=False, failures=()))

    def after_code(self, admin: int, code: str, now: float) -> tuple["FactorRecord", Verdict]:
        """Check `code`, which an admin typed at `now`. Return the changed record and the verdict."""
        person = self.of(admin)
        if person.is_locked:
            return self, Verdict.LOCKED
        step = codes.matching_step(person.secret, code, now, person.last_step) if person.secret else None
        if step is not None:
            return self.with_person(replace(person, last_step=step)), Verdict.CORRECT
        left = _without_code(person.recovery, code)
        if len(left) < len(person.recovery):
            return self.with_person(replace(person, recovery=left)), Verdict.RECOVERY
        return self._after_failure(person, now)

    def _after_failure(self, person: PersonalFactor, now: float) -> tuple["FactorRecord", Verdict]:
        """Count a wrong code of `person`. Return the changed record and the verdict: WRONG or NOW_LOCKED.

        A wrong code is counted for an hour, even if a correct code follows.
        """
        recent = tuple(at for at in person.failures if abs(now - at) < FAILURE_WINDOW)
        failures = (*recent, now)
        is_locked = len(failures) >= MAX_FAILURES
        after = self.with_person(replace(person, failures=failures, is_locked=is_locked))
        return after, Verdict.NOW_LOCKED if is_locked else Verdict.WRONG


def _without_code(digests: tuple[str, ...], code: str) -> tuple[str, ...]:
    digest = codes.digest_of(code)
    return tuple(other for other in digests if not hmac.compare_digest(other, digest))


def encode(record: FactorRecord) -> bytes:
    """Return the record as the JSON that is stored."""
    return msgspec.json.encode(record)


def decode(content: bytes) -> FactorRecord:
    """Return the record in the stored JSON `content`. Raises ValueError if a field has a wrong type."""
    return stored_json.convert(stored_json.parse(content), FactorRecord)
