"""Words that ask whether a message is genuine open /verify; words about the declaration and its text do not."""

import pytest

from content.loading.language_packs import request_words
from content.loading.yaml_source import read_plain
from content.model import Lang
from content.paths import WORD_LISTS
from content.search.words.folding import folded_words
from tests.support.shipped_campaign import MATCHER

FILES = {path.stem: read_plain(path) for path in (WORD_LISTS / "requests").glob("*.yaml")}


def command(text: str, lang: str | None = None) -> str | None:
    request = MATCHER.find_request(text, Lang(lang) if lang else None)
    return request.command if request else None


@pytest.mark.parametrize("lang", MATCHER.campaign.languages)
def test_every_listed_text_opens_verify(lang: Lang) -> None:
    assert {
        text: command(text, lang) for text in FILES[lang]["listed"]["verify"] if command(text, lang) != "verify"
    } == {}


@pytest.mark.parametrize("lang", FILES)
def test_no_listed_text_asks_for_anything_else(lang: str) -> None:
    data = FILES[lang]
    listed = {"".join(folded_words(text)) for text in data["listed"]["verify"]}
    groups = [*data["follow_ups"].values(), *data["optional"].values(), *data["examples"].values(), data["none"]]
    others = {"".join(folded_words(text)) for texts in groups for text in texts}

    assert len(listed) >= 30
    assert listed & others == set()
    assert set(data["listed"]) <= set(request_words._LABELS)


@pytest.mark.parametrize(
    "text",
    [
        "Is this mesage genuine?",
        "IS THIS ANNOUNCEMENT REAL???",
        "verfy",
        "آیا این پیام اصلی است؟",
        "این پیام جعلی است؟",
        "آیا دا پیغام اصلي دی؟",
        "Check whether an announcement is genuine",
        "بررسی کنید که یک اعلان اصلی است یا نه",
    ],
)
def test_another_spelling_opens_verify_as_well(text: str) -> None:
    assert command(text) == "verify"


@pytest.mark.parametrize(
    "text",
    [
        "is this official",
        "is this text official",
        "is this the real text",
        "is this translation genuine",
        "is the declaration genuine",
        "is this declaration real",
        "are the promises of the Taliban real",
        "did you send this to the UN",
        "fake news about girls' schools",
        "who checks the sanctions",
        "آیا این رسمی است",
        "متن اصلی است",
        "آیا این متن اصلی است",
        "آیا این اعلامیه اصلی است",
        "پیام این اعلامیه چیست",
        "آیا دا متن اصلي دی",
        "د دې اعلامیې پیغام څه دی",
    ],
)
def test_words_about_the_declaration_do_not_open_verify(text: str) -> None:
    assert command(text) != "verify"
