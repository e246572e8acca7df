"""Codes of authenticator apps and recovery codes: each works once, and guesses lock."""

import random
from dataclasses import replace

import pyotp
import pytest

from bot.second_factor import codes, factor_record, qr_code
from bot.second_factor.factor_record import FactorRecord, Verdict

ADMIN, OTHER = 7_100_000_001, 7_100_000_002
NOW = 1_800_000_015.0  # in the middle of a step
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = ("abcdefghjk", "mnpqrstuvw")


def code_at(now: float, secret: str = SECRET) -> str:
    return str(pyotp.TOTP(secret).at(int(now)))


def record() -> FactorRecord:
    return FactorRecord(is_required=True).set_up(ADMIN, SECRET, 0, RECOVERY)


def after(before: FactorRecord, *attempts: tuple[str, float]) -> tuple[FactorRecord, list[Verdict]]:
    """Return the record after the attempts, each a code and its time, and the verdicts."""
    verdicts = []
    for code, at in attempts:
        before, verdict = before.after_code(ADMIN, code, at)
        before = factor_record.decode(factor_record.encode(before))  # as after a restart
        verdicts.append(verdict)
    return before, verdicts


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_fits_one_step_before_and_after_the_clock(steps: int, fits: bool) -> None:
    _, [verdict] = after(record(), (code_at(NOW + steps * codes.STEP), NOW))

    assert verdict is (Verdict.CORRECT if fits else Verdict.WRONG)


def test_a_code_and_every_earlier_one_are_refused_after_one_was_used() -> None:
    used = code_at(NOW)
    _, verdicts = after(record(), (used, NOW), (used, NOW + 1), (code_at(NOW - codes.STEP), NOW + 2))

    assert verdicts == [Verdict.CORRECT, Verdict.WRONG, Verdict.WRONG]


def test_none_of_100_guesses_succeeds_and_the_right_code_does_not_after_them() -> None:
    chance, right = random.Random(1), {code_at(NOW + step * codes.STEP) for step in (-1, 0, 1)}
    guesses = [code for code in (f"{chance.randrange(10**6):06}" for _ in range(103)) if code not in right][:100]
    _, verdicts = after(record(), *((guess, NOW) for guess in guesses), (code_at(NOW), NOW))

    assert verdicts[:6] == [Verdict.WRONG] * 5 + [Verdict.NOW_LOCKED]
    assert set(verdicts[6:]) == {Verdict.LOCKED}


def test_right_codes_between_wrong_ones_do_not_prevent_the_lock() -> None:
    attempts = [
        attempt for n in range(6) for attempt in (("000000", NOW + n * 60), (code_at(NOW + n * 60), NOW + n * 60))
    ]
    locked, verdicts = after(record(), *attempts)

    assert verdicts.count(Verdict.CORRECT) == 5
    assert locked.of(ADMIN).is_locked
    assert not locked.unlocked(ADMIN).of(ADMIN).is_locked


def test_six_wrong_codes_in_more_than_an_hour_do_not_lock() -> None:
    attempts = [("000000", NOW + number * 720) for number in range(20)]  # every 12 minutes
    _, verdicts = after(record(), *attempts)

    assert set(verdicts) == {Verdict.WRONG}


def test_a_recovery_code_works_once_and_only_its_hash_is_stored() -> None:
    stored, verdicts = after(record(), (RECOVERY[0], NOW), (RECOVERY[0], NOW), (RECOVERY[1], NOW))

    assert verdicts == [Verdict.RECOVERY, Verdict.WRONG, Verdict.RECOVERY]
    assert stored.of(ADMIN).recovery == ()
    assert not any(code.encode() in factor_record.encode(record()) for code in RECOVERY)


def test_nobody_without_a_second_factor_has_a_right_code() -> None:
    _, [verdict] = after(FactorRecord(is_required=True), ("000000", NOW))

    assert verdict is Verdict.WRONG


def test_where_a_factor_is_required_an_owner_has_to_allow_a_new_one_for_a_day() -> None:
    required = record()
    assert not required.may_set_up(OTHER, NOW)

    allowed = required.allowed(OTHER, NOW)
    assert allowed.may_set_up(OTHER, NOW + 86_000)
    assert not allowed.may_set_up(OTHER, NOW + 86_401)
    assert not allowed.may_set_up(OTHER, NOW - 86_401)
    assert replace(required, is_required=False).may_set_up(OTHER, NOW)

    erased = required.without(ADMIN)  # as by /forget
    assert not erased.may_set_up(ADMIN, NOW)
    assert not required.allowed(ADMIN, NOW).has_factor(ADMIN)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("۱۲۳۴۵۶", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("\u200e123456", "123456"),
        ("ABCDE-fghjk", "abcdefghjk"),
        ("12345", None),
        ("1234567", None),
        ("hello there", None),
        ("/broadcast", None),
        ("", None),
    ],
)
def test_a_code_is_recognized_in_any_digits_and_spaces(text: str, code: str | None) -> None:
    assert codes.typed_code(text) == code


def test_new_secrets_and_recovery_codes_differ_and_are_recognized() -> None:
    fresh = codes.new_recovery_codes()

    assert len({*fresh, *codes.new_recovery_codes()}) == 20
    assert [codes.typed_code(codes.shown(code)) for code in fresh] == list(fresh)
    assert codes.new_secret() != codes.new_secret()


def test_the_app_shows_the_name_of_the_bot_and_nothing_else() -> None:
    assert codes.address(SECRET, "some_bot") == f"otpauth://totp/some_bot?secret={SECRET}"
    assert qr_code.png_of(codes.address(SECRET, "some_bot")).startswith(b"\x89PNG")
