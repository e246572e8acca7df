"""Sign and verify callback data: valid for one person and for a time; changed data is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.subscription import arrival_screens, subscription_screens
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import EXPIRY_HOURS, LEAVE_EXPIRY_HOURS, SignedAction, Signer
from content.screens import declaration
from content.screens.reader import Reader
from content.screens.screen import DATA_LIMIT, ActionButton, Screen
from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import EN, LANGUAGES
from tests.unit.content.test_screens import buttons

HOUR = 3600.0
TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"
SIGNER = Signer(TOKEN)
USERS = st.integers(1, 2**52 - 1).map(UserId)
TIMES = st.floats(0, 4e9)  # until 2096
ACTIONS = st.text(string.ascii_lowercase + string.digits + ".", min_size=1, max_size=30)
LANGS = st.sampled_from(LANGUAGES)
ANN, BEN = UserId(2**52 - 1), UserId(1)
LETTERS = string.ascii_letters + string.digits + "._-=\n \0é"


@given(USERS, LANGS, ACTIONS, TIMES)
def test_a_button_comes_back_as_it_was_made(user: UserId, lang: str, action: str, now: float) -> None:
    data = SIGNER.sign(user, EN, action, now)

    assert SIGNER.verify(data, user, now) == SignedAction(EN, action, is_expired=False)
    assert len(data.encode()) <= DATA_LIMIT


@given(USERS, USERS, ACTIONS)
def test_nobody_else_can_press_it(user: UserId, other: UserId, action: str) -> None:
    verified = SIGNER.verify(SIGNER.sign(user, EN, action, 0), other, 0)

    assert (verified is not None) == (user == other)


@given(ACTIONS, st.data())
def test_a_button_with_any_character_changed_added_or_left_out_is_refused(action: str, draw: st.DataObject) -> None:
    data = SIGNER.sign(ANN, EN, action, 1e9)
    at = draw.draw(st.integers(0, len(data) - 1))
    letter = draw.draw(st.sampled_from(LETTERS) | st.characters())
    touched = draw.draw(
        st.sampled_from(
            [data[:at] + letter + data[at + 1 :], data[:at] + letter + data[at:], data[:at] + data[at + 1 :]]
        )
    )

    if touched != data:
        assert SIGNER.verify(touched, ANN, 1e9) is None


def test_every_change_of_every_character_of_one_button_is_refused() -> None:
    data = SIGNER.sign(ANN, EN, "topic.11.0", 1e9)
    touched = {data[:at] + letter + data[at + 1 :] for at in range(len(data)) for letter in LETTERS} - {data}

    assert [data for data in touched if SIGNER.verify(data, ANN, 1e9)] == []


@given(st.text())
def test_any_text_is_refused_and_harms_nobody(text: str) -> None:
    assert SIGNER.verify(text, ANN, 0) is None


def test_another_bot_s_button_is_refused() -> None:
    assert Signer(TOKEN[:-1] + "9").verify(SIGNER.sign(ANN, EN, "join", 0), ANN, 0) is None


@pytest.mark.parametrize(
    ("action", "hours"), [("join", EXPIRY_HOURS), ("quiet.1", EXPIRY_HOURS), ("leave", LEAVE_EXPIRY_HOURS)]
)
def test_a_button_expires_and_says_so(action: str, hours: int) -> None:
    made = 1e9 // HOUR * HOUR + 100
    data = SIGNER.sign(ANN, EN, action, made)

    def expired(after: float) -> bool:
        verified = SIGNER.verify(data, ANN, made + after)
        assert verified
        return verified.is_expired

    assert not expired((hours - 1) * HOUR)
    assert expired((hours + 1) * HOUR)


@pytest.mark.parametrize("action", ["", "a" * 31, "UPPER", "ä", "two words", "line\n"])
def test_an_action_that_does_not_fit_is_refused_when_the_button_is_made(action: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        SIGNER.sign(ANN, EN, action, 0)


def screens() -> list[tuple[Reader, Screen]]:
    """Every screen with changing buttons, for people who have chosen this and that."""
    people = [
        Subscriber(2**51, "fa"),
        Subscriber(2**51, "fa", frozenset({3}), True, True, True, Daily(0, ZONES[-1], 255)),
        Subscriber(2**51, "fa", quiet_hours=QuietHours(23, 7, ZONES[-1])),
        Subscriber(2**51, "fa", digest=Digest(23, None, ZONES[-1])),
        Subscriber(2**51, "fa", digest=Digest(23, 6, ZONES[-1])),
    ]
    screens_by_reader: list[tuple[Reader, Screen]] = []
    for reader in (Reader(CAMPAIGN, lang) for lang in LANGUAGES):
        shown = [
            declaration.start(reader),
            subscription_screens.main(reader, None),
            subscription_screens.goodbye(reader, True),
            subscription_screens.goodbye(reader, False),
        ]
        for person in people:
            shown += [
                subscription_screens.main(reader, person),
                subscription_screens.topics(reader, person),
                subscription_screens.zones(reader, person),
                subscription_screens.languages(reader, person),
                subscription_screens.my_data(reader, person, person.chat),
                arrival_screens.page(reader, person, len(ZONES) - 1, 0.0),
                arrival_screens.quiet(reader, person, len(ZONES) - 1),
                arrival_screens.begins(reader, len(ZONES) - 1),
                arrival_screens.ends(reader, len(ZONES) - 1, 23),
                arrival_screens.weekdays(reader, person, len(ZONES) - 1),
                arrival_screens.digest_hours(reader, person, len(ZONES) - 1, None),
                arrival_screens.digest_hours(reader, person, len(ZONES) - 1, 6),
                arrival_screens.zones(reader, person),
                *(subscription_screens.daily(reader, person, zone, 0.0) for zone in range(len(ZONES))),
                *(subscription_screens.daily(reader, person, zone, 0.0, is_night=True) for zone in range(len(ZONES))),
            ]
        screens_by_reader += [(reader, screen) for screen in shown]
    return screens_by_reader


def test_every_action_of_every_panel_in_every_language_fits_into_a_button_until_2200() -> None:
    now = 230 * 365.25 * 24 * HOUR
    acts = {
        (button.lang, button.action)
        for _, screen in screens()
        for button in buttons(screen)
        if isinstance(button, ActionButton)
    }
    lengths = {len(SIGNER.sign(ANN, lang, action, now).encode()) for lang, action in acts}

    assert len(acts) > len(LANGUAGES) * 24 * len(ZONES)
    assert max(lengths) <= DATA_LIMIT
