"""Create and check codes: those of authenticator apps (TOTP, RFC 6238), and recovery codes for a lost phone.

The library pyotp is imported only when it is needed, because most bots use no second factor.
"""

import hmac
import secrets
import unicodedata
from hashlib import sha256

STEP = 30  # seconds for which an app shows one code
DIGITS = 6
RECOVERY_CODES = 10
_WINDOW = 1  # steps before and after the present one
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters and digits that look alike
_RECOVERY_LENGTH = 10  # of 31 characters each: 49 bits
_SEPARATORS = " -\u00a0\u200c\u200e\u200f\t"


def new_secret() -> str:
    """Return a new random secret of 160 bits, in base 32, as authenticator apps expect it."""
    import pyotp

    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """Return the otpauth:// URI for the QR code. In the app it shows the username of the bot and nothing else."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=username)


def matching_step(secret: str, code: str, now: float, last_step: int) -> int | None:
    """Return the time step, near `now`, whose TOTP code is `code`; None if there is none.

    Only steps after `last_step` count, so that no code is accepted twice.
    """
    import pyotp

    generator, present = pyotp.TOTP(secret), int(now // STEP)
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if hmac.compare_digest(generator.at(step * STEP), code) and step > last_step:
            return step
    return None


def typed_code(text: str) -> str | None:
    """Return the code in a message as plain digits or letters; None if the message is not a code.

    The message can use digits of any script, and spaces between them.
    """
    letters = [letter for letter in text.strip().lower() if letter not in _SEPARATORS]
    code = "".join(str(unicodedata.digit(letter, letter)) for letter in letters)
    is_totp = len(code) == DIGITS and code.isascii() and code.isdecimal()
    is_recovery = len(code) == _RECOVERY_LENGTH and set(code) <= set(_ALPHABET)
    return code if is_totp or is_recovery else None


def new_recovery_codes() -> tuple[str, ...]:
    """Return RECOVERY_CODES new random recovery codes."""
    return tuple("".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))


def shown(recovery_code: str) -> str:
    """Return a recovery code as it is shown to people, with a hyphen in the middle."""
    middle = _RECOVERY_LENGTH // 2
    return f"{recovery_code[:middle]}-{recovery_code[middle:]}"


def digest_of(recovery_code: str) -> str:
    """Return the hash under which a recovery code is stored."""
    return sha256(recovery_code.encode()).hexdigest()
