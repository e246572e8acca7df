"""An authenticator app for tests: it scans the picture that the bot sends, and shows codes by the tests' clock."""

import re
from dataclasses import dataclass

import pyotp

from tests.support.announcement_admins import Clock, TwoAdmins
from tests.support.person import Person


@dataclass
class Authenticator:
    """The app of one admin. Each code is shown in a step of its own, because a code works once."""

    person: Person
    secret: str
    recovery: list[str]
    clock: Clock

    def code(self) -> str:
        """Return the code of the present step."""
        return str(pyotp.TOTP(self.secret).at(int(self.clock())))

    async def send_code(self) -> str:
        """Wait for the next code, and send it to the bot; return it."""
        self.clock.ahead += 30
        code = self.code()
        await self.person.post(f"chats/{self.person.chat}/send", text=code)
        return code


async def scanned_secret(person: Person) -> str:
    """Return the key below the picture in the chat."""
    picture = await person.sees("Scan this with your authenticator app")
    match = re.search(r"[A-Z2-7]{32}", picture["caption"])
    assert match
    return match[0]


async def set_up(person: Person, clock: Clock) -> Authenticator:
    """Set up a second factor with /factor."""
    await person.say("/factor")
    await person.press_under("You have not set it up", "Set it up")
    secret = await scanned_secret(person)
    await person.sees("code of six digits")
    app = Authenticator(person, secret, [], clock)
    await app.send_code()
    shown = await person.sees("Recovery codes\n")
    await person.sees("has set up a second factor")
    app.recovery = re.findall(r"[a-z2-9]{5}-[a-z2-9]{5}", shown["text"])
    return app


async def require_for_both(admins: TwoAdmins) -> tuple[Authenticator, Authenticator]:
    """Let both admins set up a second factor, and require it; return the apps of writer and other."""
    writer, other = await set_up(admins.writer, admins.clock), await set_up(admins.other, admins.clock)
    await require(writer)
    await admins.other.sees("is required of everybody from now on")
    return writer, other


async def require(owner: Authenticator) -> None:
    """Require a second factor of everybody."""
    await owner.person.say("/factor")
    await owner.person.press_under("not required of the team", "Require it of everybody")
    await owner.person.sees("to require the second factor")
    await owner.send_code()
    await owner.person.sees("It is required of everybody in the team.")
    await owner.person.sees("is required of everybody from now on")
