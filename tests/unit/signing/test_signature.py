"""A code is short, safe to copy, and fits one text, kind, campaign, language and day."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.announcement import Piece
from bot.signing import signature
from bot.signing.handover import handover_texts, username_in
from bot.signing.signature import CODE_LENGTH, SignedKind, SignedText
from content import base58
from content.screens.navigation.deep_links import SubscribeIn, from_link
from tests.support.signing import DAY, ENGLISH_TEXT, KEY, OTHER_KEY, SIGNER, SIGNING_CAMPAIGN, signed

TEXT = SignedText(SignedKind.ANNOUNCEMENT, SIGNING_CAMPAIGN.id, "en", day=DAY, text=ENGLISH_TEXT)


def is_valid(code: str, text: str = ENGLISH_TEXT) -> bool:
    return signature.is_valid(code, text, SIGNING_CAMPAIGN)


@given(st.binary(max_size=70))
def test_base58_is_read_back(data: bytes) -> None:
    assert base58.decode(base58.encode(data), len(data)) == data


@pytest.mark.parametrize("text", ["", "1" * 43, "1" * 45, "z" * 44, "0" * 44, "é" * 44])
def test_base58_refuses_what_encodes_no_such_bytes(text: str) -> None:
    assert base58.decode(text, 32) is None


def test_a_code_is_one_word_without_signs_of_formatting() -> None:
    code = signature.sign(TEXT, KEY)

    assert len(code) == CODE_LENGTH == 92
    assert code.isalnum()
    assert code.isascii()
    assert is_valid(code)
    assert signature.split(f"{ENGLISH_TEXT}\n\n{code}\n") == (ENGLISH_TEXT, code)


@pytest.mark.parametrize(
    "other",
    [
        replace(TEXT, text="another"),
        replace(TEXT, campaign="another"),
        replace(TEXT, language="de"),
    ],
)
def test_the_code_of_another_text_campaign_or_unknown_language_does_not_fit(other: SignedText) -> None:
    assert not is_valid(signature.sign(other, KEY))


def test_the_kind_and_the_day_in_a_code_cannot_be_exchanged() -> None:
    code = signature.sign(TEXT, KEY)
    data = base58.decode(code, 67)
    assert data

    for head in (b"\x02" + data[1:3], b"\x03" + data[1:3], data[:1] + b"\x00\x01"):
        assert not is_valid(base58.encode(head + data[3:]))


def test_each_edit_has_a_code_of_its_own() -> None:
    codes = {signature.sign(replace(TEXT, text=text), KEY) for text in ("a", "b")}
    codes |= {signature.sign(replace(TEXT, day=date(2026, 12, day)), KEY) for day in (1, 2)}

    assert len(codes) == 4


def test_the_code_of_another_key_does_not_fit() -> None:
    assert not is_valid(signature.sign(TEXT, OTHER_KEY))


def test_a_handover_is_signed_in_every_language_and_its_link_carries_the_language_alone() -> None:
    texts = handover_texts(SIGNING_CAMPAIGN, "standby_bot", DAY, KEY)

    assert texts.keys() == SIGNING_CAMPAIGN.languages.keys()
    for language, text in texts.items():
        body, code = signature.split(text)
        assert is_valid(code, body)
        parsed = signature.parse(code)
        assert parsed
        assert parsed.kind is SignedKind.HANDOVER
        payload = body.partition("https://t.me/standby_bot?start=")[2].split()[0]
        assert from_link(payload) == SubscribeIn(language)


def test_only_usernames_of_bots_are_taken() -> None:
    assert username_in("@New_campaign_bot") == username_in("New_campaign_bot") == "New_campaign_bot"
    for wrong in ("@somebody", "bot", "@a/b_bot", "https://t.me/new_bot", "@nеw_bot"):
        assert username_in(wrong) is None


def test_a_text_with_a_code_keeps_it() -> None:
    text = signed(ENGLISH_TEXT)
    copy = SIGNER.signed(Piece(text), "en", DAY)

    assert copy is not None
    assert signature.split(copy)[1] == signature.split(text)[1]
