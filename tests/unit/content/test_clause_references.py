"""Clauses named outright, in every spelling of every language; and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.load import load_matcher
from content.loading.vocabulary_builder import references
from content.model import ClauseId
from content.search.clause_references import ClauseReference

CAMPAIGN = load_matcher().campaign
SPOKEN = {
    1: "one first اول نخست یکم لومړی yak awal",
    2: "two second دو دوم دویم دوهم dowom",
    3: "three third سه سوم درې دریم sewom",
    4: "four fourth چهار چهارم څلور څلورم chahar chaharom",
    5: "five fifth پنج پنجم پنځم panj panjom",
    6: "six sixth شش ششم شپږم shash shashom",
    7: "seven seventh هفت هفتم اووم haft haftom",
    8: "eight eighth هشت هشتم اتم hasht hashtom",
    9: "nine ninth نه نهم نهمه noh nohom",
    10: "ten tenth ده دهم لس لسم dah dahom",
    11: "eleven eleventh یازده یازدهم یوولسم yazdah yazdahom",
}


def named(text: str) -> ClauseReference | None:
    return references().find(text, CAMPAIGN)


@pytest.mark.parametrize("number", SPOKEN)
@pytest.mark.parametrize(
    "form",
    [
        "{n}",
        "#{n}",
        "{n}.",
        "clause {n}",
        "Clause No. {n}:",
        "no. {n}",
        "what is clause {n} about?",
        "article{n}",
        "{n}th clause",
        "{fa}",
        "ماده {fa}",
        "ماده‌ی {fa}",
        "بند {fa} چیست",
        "مادهٔ{fa}",
        "خواست {fa} را نشان بده",
        "{fa}مه ماده",
        "د {fa} مادې متن",
        "شماره {n}",
        "mada {n}",
        "made {n} chist",
        "band e {n}",
        "artcle {n}",
        "hi, clause {n} please",
    ],
)
def test_a_number_names_its_clause(number: int, form: str) -> None:
    persian = str(number).translate({ord("0") + i: "۰۱۲۳۴۵۶۷۸۹"[i] for i in range(10)})

    assert named(form.format(n=number, fa=persian)) == ClauseReference(ClauseId(str(number)), number)


@pytest.mark.parametrize(("number", "word"), [(n, word) for n, spoken in SPOKEN.items() for word in spoken.split()])
@pytest.mark.parametrize("form", ["clause {}", "ماده {}", "{} ماده", "بند {}", "mada {}"])
def test_a_number_in_words_beside_a_word_for_clause_names_it(number: int, word: str, form: str) -> None:
    assert named(form.format(word)) == ClauseReference(ClauseId(str(number)), number)


@pytest.mark.parametrize(
    ("roman", "number"), [("II", 2), ("iii", 3), ("IV", 4), ("vii", 7), ("VIII", 8), ("IX", 9), ("xi", 11)]
)
def test_roman_numerals_are_read(roman: str, number: int) -> None:
    assert named(f"clause {roman}") == ClauseReference(ClauseId(str(number)), number)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("preamble", "preamble"),
        ("Preamble!", "preamble"),
        ("preambel", "preamble"),
        ("مقدمه", "preamble"),
        ("سریزه", "preamble"),
        ("moqaddama", "preamble"),
        ("the introduction please", "preamble"),
        ("closing", "closing"),
        ("last paragraph", "closing"),
        ("پاراگراف آخر", "closing"),
        ("پایان اعلامیه", "closing"),
        ("د اعلامیې پای", "closing"),
        ("وروستۍ برخه", "closing"),
    ],
)
def test_parts_without_a_number_have_names(text: str, part: str) -> None:
    assert named(text) == ClauseReference(ClauseId(part))


@given(st.integers(12, 10**30))
def test_a_clause_that_does_not_exist_says_its_number(number: int) -> None:
    found = named(f"clause {number}")

    assert found is not None
    assert found.clause is None


@pytest.mark.parametrize(
    "text",
    [
        "what do you demand",
        "no one",
        "first",
        "do",
        "2020",
        "20 months",
        "women number 4 and more",
        "1 2 3",
        "school section",
        "نه",
        "ده",
        "دو",
        "x",
        "",
        "<script>alert(1)</script>",
    ],
)
def test_what_only_looks_like_a_reference_names_nothing(text: str) -> None:
    assert named(text) is None


def test_code_around_a_clause_is_forgiven() -> None:
    assert named("clause 8'; DROP TABLE clauses;--") == ClauseReference(ClauseId("8"), 8)


@given(st.text(st.characters(), max_size=300))
def test_any_text_names_a_clause_of_the_campaign_or_none(text: str) -> None:
    found = named(text)

    assert found is None or found.clause is None or found.clause in CAMPAIGN.clause_by_id


def test_digits_that_stand_three_times_are_no_elongation() -> None:
    assert named("clause 111") == ClauseReference(None, 111)
    assert named("ماده ۱۱۱") == ClauseReference(None, 111)
