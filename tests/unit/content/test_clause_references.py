"""Test references to clauses: every spelling in every language is found, and similar texts are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.language_packs.reference_builder import reference_finder
from content.loading.load import load_matcher
from content.model import ClauseId
from content.search.clause_references import ClauseReference

CAMPAIGN = load_matcher().campaign
SPELLED = {
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


def reference(text: str) -> ClauseReference | None:
    return reference_finder().find(text, CAMPAIGN)


@pytest.mark.parametrize("number", SPELLED)
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

    assert reference(form.format(n=number, fa=persian)) == ClauseReference(ClauseId(str(number)), number)


@pytest.mark.parametrize(("number", "word"), [(n, word) for n, words in SPELLED.items() for word in words.split()])
@pytest.mark.parametrize("form", ["clause {}", "ماده {}", "{} ماده", "بند {}", "mada {}"])
def test_a_spelled_number_next_to_a_word_for_clause_names_it(number: int, word: str, form: str) -> None:
    assert reference(form.format(word)) == ClauseReference(ClauseId(str(number)), number)


@pytest.mark.parametrize(
    ("roman", "number"), [("II", 2), ("iii", 3), ("IV", 4), ("vii", 7), ("VIII", 8), ("IX", 9), ("xi", 11)]
)
def test_roman_numerals_are_read(roman: str, number: int) -> None:
    assert reference(f"clause {roman}") == ClauseReference(ClauseId(str(number)), number)


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
def test_parts_without_a_number_are_named_by_words(text: str, part: str) -> None:
    assert reference(text) == ClauseReference(ClauseId(part))


@given(st.integers(12, 10**30))
def test_a_clause_that_does_not_exist_is_a_reference_without_a_clause(number: int) -> None:
    result = reference(f"clause {number}")

    assert result is not None
    assert result.clause is None


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
def test_a_text_that_only_resembles_a_reference_names_nothing(text: str) -> None:
    assert reference(text) is None


def test_code_around_a_clause_is_ignored() -> None:
    assert reference("clause 8'; DROP TABLE clauses;--") == ClauseReference(ClauseId("8"), 8)


@given(st.text(st.characters(), max_size=300))
def test_any_text_names_a_clause_of_the_campaign_or_none(text: str) -> None:
    result = reference(text)

    assert result is None or result.clause is None or result.clause in CAMPAIGN.clause_by_id


def test_a_digit_repeated_three_times_is_not_an_elongation() -> None:
    assert reference("clause 111") == ClauseReference(None, 111)
    assert reference("ماده ۱۱۱") == ClauseReference(None, 111)
