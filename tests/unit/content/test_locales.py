"""Test the locales: every language says every phrase, with the right placeholders, plurals, digits and dates."""

import re
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.roles import Role
from content.loading.check import find_problems
from content.loading.load import load_matcher
from content.loading.phrases import locales
from content.loading.phrases.locales import FALLBACK, describe_language, has_locale, read_locale
from content.loading.phrases.phrase_rules import required_phrases, wrong_phrase
from content.loading.phrases.phrasebooks import build_phrasebooks
from content.loading.problems import Severity
from content.loading.yaml_source import read_document
from content.model import Campaign, Edition, Lang, Language, Phrasebook
from content.paths import LOCALES, SHIPPED_CAMPAIGN
from content.plurals import PluralRules, phrase_forms

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is twenty times faster
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
LANGUAGES = sorted(path.stem for path in LOCALES.glob("*.yaml"))
TRANSLATIONS = [lang for lang in LANGUAGES if lang != FALLBACK]
TEAM = Path(__file__).parents[3] / "bot" / "team"
ADMIN_GROUPS = {
    "admin_command",
    "admin_menu",
    "stats",
    "lint",
    "progress",
    "broadcast",
    "announcements",
    "team",
    "act",
    "panic",
    "factor",
    "urgent",
    "attach_card",
    "feedback_team",
    "channel",
}
# Somebody who is invited reads these before they are an admin. A key that ends with _ is followed by a role.
JOIN_SOURCES = "".join((TEAM / f"{name}.py").read_text() for name in ("joining", "joining_screens"))
JOINING = [*re.findall(r'say\(f?"([\w.]+)', JOIN_SOURCES), "team.default_name"]
# Under "button", everything from here on is for admins.
FIRST_ADMIN_BUTTON, LAST_ADMIN_BUTTON = "audience", "clock_right"


def is_for_admins(key: str) -> bool:
    if key in JOINING or any(key == f"{shown}{role.value}" for shown in JOINING for role in Role):
        return False
    group, _, name = key.partition(".")
    buttons = [known.partition(".")[2] for known in required_phrases() if known.startswith("button.")]
    if group == "button":
        return buttons.index(FIRST_ADMIN_BUTTON) <= buttons.index(name) <= buttons.index(LAST_ADMIN_BUTTON)
    return group in ADMIN_GROUPS and key != "broadcast.notice"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign in all languages, with nothing but a declaration."""
    return write_campaign(tmp_path, LANGUAGES)


def write_campaign(folder: Path, languages: list[str], texts: dict[str, str] | None = None) -> Path:
    (folder / "campaign.yaml").write_text(yaml.safe_dump({"id": "lake", "languages": languages}), "utf-8")
    for lang in languages:
        declaration = {
            "language": lang,
            "title": f"Lake {lang}",
            "clauses": [{"id": "1", "title": "Water", "text": (texts or {}).get(lang, "We ask for clean water.")}],
        }
        (folder / f"declaration.{lang}.yaml").write_text(yaml.safe_dump(declaration, allow_unicode=True), "utf-8")
    return folder


def campaign_in(folder: Path) -> Campaign:
    return load_matcher(folder).campaign


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_locale_file_is_well_formed_and_has_only_phrases_of_the_bot(lang: str) -> None:
    document, problems = read_document(LOCALES / f"{lang}.yaml")

    assert document
    assert problems == []
    assert read_locale(lang).phrases.keys() <= required_phrases().keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_phrase_of_a_locale_keeps_the_placeholders_and_telegrams_limits(lang: str) -> None:
    wrong = {key: list(wrong_phrase(key, phrase)) for key, phrase in read_locale(lang).phrases.items()}

    assert {key: reasons for key, reasons in wrong.items() if reasons} == {}


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_locale_is_complete_for_supporters(lang: str) -> None:
    missing = required_phrases().keys() - read_locale(lang).phrases.keys()

    assert {key for key in missing if not is_for_admins(key)} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phrase_has_no_digits_of_another_language(lang: str) -> None:
    own = describe_language(lang).digits
    foreign = "".join({"0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"} - {own})
    for key, phrase in read_locale(lang).phrases.items():
        for text in phrase_forms(phrase):
            words = re.sub(r"/\w+|https?://\S+|clause-\S+", "", text)
            assert not set(foreign) & set(words), key


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if describe_language(lang).rtl])
def test_no_line_of_a_right_to_left_locale_begins_from_the_left(lang: str) -> None:
    """A client lays out each line by its first letter. Placeholders for text in the language are no letters."""
    for key, phrase in read_locale(lang).phrases.items():
        if key == "contents.line":
            continue  # a number
        for line in (line for text in phrase_forms(phrase) for line in text.split("\n")):
            letters = re.sub(r"\{\w+\}", "", line)
            first = re.search(r"[^\W\d_]", letters)
            assert first is None or not first[0].isascii(), (key, line)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plural_phrase_has_exactly_the_forms_of_its_language(lang: str) -> None:
    language = describe_language(lang)
    forms = {language.plural_rules.form_of(number) for number in range(1, 200)} | {"other"}
    for key, phrase in read_locale(lang).phrases.items():
        if not isinstance(phrase, str):
            assert set(phrase) - {"zero", "many"} <= forms, key
            assert forms <= {*phrase, "zero", "many"}, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_a_name_in_every_language(lang: str) -> None:
    names = describe_language(lang).names

    assert set(LANGUAGES) <= names.keys()
    assert len(set(names.values())) == len(names)
    assert names[lang].casefold().startswith(describe_language(lang).name.casefold()[:3])


@pytest.mark.parametrize(
    ("code", "name"), [("pt", "Portuguese"), ("pt-br", "Portuguese"), ("ckb", "Central Kurdish")]
)
def test_an_english_sentence_names_a_language_without_a_locale_in_english(code: str, name: str) -> None:
    assert describe_language(FALLBACK).name_of(describe_language(code)) == name


def test_a_campaign_with_nothing_but_a_declaration_says_every_phrase_in_every_language(folder: Path) -> None:
    campaign = campaign_in(folder)

    for lang, book in campaign.phrasebooks.items():
        for key, names in required_phrases().items():
            assert book.say(key, **dict.fromkeys(names, 3)).strip(), (lang, key)
        assert "{" not in book.say("description")
        assert f"Lake {lang}" in book.say("description")


def test_a_sentence_names_the_languages_of_the_campaign_in_its_own_language(tmp_path: Path) -> None:
    campaign = campaign_in(write_campaign(tmp_path, ["en", "fa", "ps"]))

    assert "English, Dari and Pashto" in campaign.phrasebooks[Lang("en")].say("answer.nothing", first=1, last=1)
    assert "انگلیسی، دری و پشتو" in campaign.phrasebooks[Lang("fa")].say("answer.nothing", first=1, last=1)
    assert "انګلیسي، دري او پښتو" in campaign.phrasebooks[Lang("ps")].say("answer.nothing", first=1, last=1)


def test_a_regional_language_says_the_phrases_of_its_parent_and_its_own(tmp_path: Path) -> None:
    write_campaign(tmp_path, ["de-at", "en"])
    (tmp_path / "phrases.de-at.yaml").write_text("button: {back: Retour}\n", "utf-8")

    campaign = campaign_in(tmp_path)
    book = campaign.phrasebooks[Lang("de-at")]

    assert book.say("button.back") == "Retour"
    assert book.say("button.next") == read_locale("de").phrases["button.next"]
    assert campaign.language_for("de-AT") == campaign.language_for("de") == "de-at"


def test_a_language_without_a_locale_says_english_phrases_but_has_its_own_name_and_digits(tmp_path: Path) -> None:
    book = campaign_in(write_campaign(tmp_path, ["ckb"])).phrasebooks[Lang("ckb")]

    assert not has_locale("ckb")
    assert book.language.rtl
    assert book.language.digits == "٠١٢٣٤٥٦٧٨٩"
    assert book.say("answer.unsure") == read_locale(FALLBACK).phrases["answer.unsure"]


@pytest.mark.parametrize("lang", ["en", "fa", "de"])
def test_a_campaign_whose_phrases_an_upgrade_made_wrong_starts_and_says_the_fallback(
    lang: str, tmp_path: Path
) -> None:
    write_campaign(tmp_path, [lang])
    wrong = dict.fromkeys(required_phrases(), "of {wrong} version")
    (tmp_path / f"phrases.{lang}.yaml").write_text(yaml.safe_dump(_nested(wrong)), "utf-8")

    book = campaign_in(tmp_path).phrasebooks[Lang(lang)]

    assert {problem.severity for problem in find_problems(tmp_path)} == {Severity.REPLACED}
    for key, names in required_phrases().items():
        assert "version" not in book.say(key, **dict.fromkeys(names, 3))


def _nested(phrases: dict[str, str]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for key, text in phrases.items():
        *groups, name = key.split(".")
        group = nested
        for part in groups:
            group = group.setdefault(part, {})  # type: ignore[assignment]
        group[name] = text
    return nested


@cache
def _english() -> Phrasebook:
    edition = Edition(FALLBACK, "Lake", "", is_official=True)
    return build_phrasebooks({FALLBACK: describe_language(FALLBACK)}, {FALLBACK: edition}, {})[FALLBACK]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lang=st.sampled_from(TRANSLATIONS), key=st.sampled_from(sorted(required_phrases())))
def test_a_locale_without_any_one_phrase_leaves_a_bot_that_says_it_in_english(
    lang: str, key: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("locales")
    shutil.copytree(LOCALES, folder, dirs_exist_ok=True)
    data = yaml.load((folder / f"{lang}.yaml").read_text("utf-8"), _LOADER)
    *groups, name = key.split(".")
    group = data
    for part in groups:
        group = group.get(part, {})
    group.pop(name, None)
    (folder / f"{lang}.yaml").write_text(yaml.dump(data, Dumper=_DUMPER, allow_unicode=True), "utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locales, "LOCALES", folder)
        read_locale.cache_clear()
        language = describe_language(lang)
        edition = Edition(language.code, "Lake", "", is_official=True)
        book = build_phrasebooks({language.code: language}, {language.code: edition}, {})[language.code]
    read_locale.cache_clear()

    values = dict.fromkeys(required_phrases()[key], 3)
    english = _english()
    assert key not in book.phrases
    if not key.startswith(("description", "short_description", "start", "mark", "button", "help", "answer")):
        assert book.say(key, **values) == english.say(key, **values)


def test_a_phrase_that_the_bot_no_longer_has_is_a_warning(folder: Path) -> None:
    (folder / "phrases.en.yaml").write_text("button: {dance: x}\n", "utf-8")

    assert [problem.severity for problem in find_problems(folder)] == [Severity.WARNING]
    assert campaign_in(folder)


def test_a_campaign_of_version_0_2_starts_and_says_its_own_phrases(tmp_path: Path) -> None:
    older = Path(__file__).parents[2] / "support" / "campaign_0_2"
    folder = Path(shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "campaign"))
    shutil.copytree(older, folder, dirs_exist_ok=True)

    book = campaign_in(folder).phrasebooks[Lang("en")]

    assert book.say("answer.nothing", first=1, last=11).startswith("I found nothing about that")
    assert book.say("button.none_of_these") == "None of these"  # which version 0.2 did not have


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "2026-11-29 18:05"),
        ("fa", "۲۰۲۶/۱۱/۲۹ ۱۸:۰۵، ۸ قوس ۱۴۰۵"),
        ("ps", "۲۰۲۶/۱۱/۲۹ ۱۸:۰۵، ۸ لیندۍ ۱۴۰۵"),
        ("de", "29. November 2026, 18:05"),
        ("fr", "29 novembre 2026, 18:05"),
        ("ckb", "٢٠٢٦/١١/٢٩ ١٨:٠٥"),
    ],
)
def test_a_moment_is_written_in_the_calendar_of_the_language(lang: str, expected: str) -> None:
    language = describe_language(lang)
    separator = "/" if language.rtl else "-"

    assert language.number(language.moment_format.write(datetime(2026, 11, 29, 18, 5), separator)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime(2024, 3, 19), "۲۹ حوت ۱۴۰۲"),
        (datetime(2024, 3, 20), "۱ حمل ۱۴۰۳"),
        (datetime(2025, 3, 20), "۳۰ حوت ۱۴۰۳"),  # a leap year
        (datetime(2025, 3, 21), "۱ حمل ۱۴۰۴"),
    ],
)
def test_a_year_of_the_solar_hijri_calendar_begins_with_spring(day: datetime, expected: str) -> None:
    dari = describe_language("fa")

    assert dari.number(dari.moment_format.write(day)).endswith(expected)


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("en", {1: "one", 0: "other", 2: "other", 101: "other"}),
        ("fr", {0: "one", 1: "one", 2: "other"}),
        ("uk", {1: "one", 21: "one", 11: "many", 2: "few", 22: "few", 12: "many", 5: "many", 100: "many"}),
        (
            "ar",
            {0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 103: "few"},
        ),
        ("ps", {1: "one", 2: "other"}),
        ("zh", {1: "other"}),
    ],
)
def test_plural_forms_follow_the_rules_of_cldr(lang: str, forms: dict[int, str]) -> None:
    rules = describe_language(lang).plural_rules

    assert {number: rules.form_of(number) for number in forms} == forms


def test_a_plural_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="is no condition of a plural rule"):
        PluralRules.parse("one: n is 1")


def test_a_plural_phrase_says_the_form_of_its_number(folder: Path) -> None:
    say = campaign_in(folder).phrasebooks[Lang("ar")].say

    texts = [say("group.too_many_questions", number=number) for number in (1, 2, 3, 11)]

    assert len({re.sub(r"\d+", "", text) for text in texts}) == 4


def test_languages_that_nobody_knows_still_have_a_description() -> None:
    assert describe_language("xx") == Language(Lang("xx"), "xx")
