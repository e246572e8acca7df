"""Test references to clauses: every spelling in every language is found, and similar texts are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.language_packs.reference_builder import reference_finder
from content.model import ClauseId
from content.search.clause_references import ClauseReference
from tests.support.shipped_campaign import CAMPAIGN

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


def reference(text: str, *languages: str) -> ClauseReference | None:
    return reference_finder(languages or tuple(CAMPAIGN.languages)).find(text, CAMPAIGN)


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


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("what was point eight again", "8"),
        ("بند هشتم چه بود", "8"),
        ("بند ۷ رو نشون بده", "7"),
        ("اولین خواسته چی بود", "1"),
        ("خواست چهارم شما چیست", "4"),
        ("شپږمه ګڼه", "6"),
        ("show me paragraph three", "3"),
        ("tell me more about clause 4", "4"),
        ("what did you say in point 3", "3"),
        ("what was the last clause again", "closing"),
        ("clause V", "5"),
    ],
)
def test_stop_words_may_surround_a_reference(text: str, clause: str) -> None:
    result = reference(text)

    assert result is not None
    assert result.clause == clause


@pytest.mark.parametrize(
    "text",
    [
        "article 5 of NATO",
        "ماده ۱۰ قانون اساسی",
        "UN resolution 4",
        "clause 4 of the Doha agreement",
        "article 2 of the constitution",
        "what happened after clause 4",
        "the 11 demands",
        "I have 3 points",
        "۱۱ خواست شما چیست",
    ],
)
def test_numbers_of_other_documents_and_amounts_are_no_references(text: str) -> None:
    assert reference(text) is None


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("clause 4 and 5", "4 5"),
        ("clause 4 or 5?", "4 5"),
        ("clauses 3, 5 and 7", "3 5 7"),
        ("clauses 8-10", "8 9 10"),
        ("clauses 8 to 10", "8 9 10"),
        ("بند چهار و پنج", "4 5"),
        ("مادهٔ ۴ تا ۶", "4 5 6"),
        ("۴ او ۵ ماده", "4 5"),
        ("mada 4 o 5", "4 5"),
        ("clauses 10 to 12", "10 11"),
        ("clause 4 and 4 and 5", "4 5"),
    ],
)
def test_further_clauses_are_kept(text: str, clauses: str) -> None:
    first, *further = map(ClauseId, clauses.split())

    assert reference(text) == ClauseReference(first, int(first), tuple(further))


def test_a_long_range_is_not_written_out() -> None:
    assert reference("clauses 1 to 999999") == ClauseReference(ClauseId("1"), 1)


@pytest.mark.parametrize(
    ("language", "text", "clause"),
    [
        ("de", "Artikel 3", "3"),
        ("de", "punkt drei", "3"),
        ("de", "3. Artikel", "3"),
        ("de", "die vierte Forderung bitte", "4"),
        ("de", "was war nochmal Punkt acht", "8"),
        ("de", "Nr. 7", "7"),
        ("de", "Artikel IV", "4"),
        ("de", "der letzte Absatz", "closing"),
        ("de", "clause 4", "4"),
        ("fr", "article deux", "2"),
        ("fr", "que dit l'article onze ?", "11"),
        ("fr", "1er article", "1"),
        ("fr", "n° 4", "4"),
        ("fr", "article un", "1"),
        ("fr", "montrez-moi le dixième point", "10"),
        ("fr", "le préambule s'il vous plaît", "preamble"),
        ("ar", "البند ٣", "3"),
        ("ar", "ماذا يقول البند الرابع", "4"),
        ("ar", "البند الحادي عشر", "11"),
        ("ar", "والمادة ٣", "3"),
        ("ar", "بالبند الخامس", "5"),
        ("ar", "الفقرة الأخيرة", "closing"),
        ("uk", "пункт третій", "3"),
        ("uk", "у статті п'ятій", "5"),
        ("uk", "3-й пункт", "3"),
        ("uk", "пункт №3", "3"),
        ("uk", "пункт ІІІ", "3"),
        ("uk", "покажи мені восьму вимогу", "8"),
        ("pt", "#4", "4"),
        ("pt", "4", "4"),
    ],
)
def test_references_are_read_in_the_language_of_a_campaign(language: str, text: str, clause: str) -> None:
    result = reference(text, language)

    assert result is not None
    assert result.clause == clause


@pytest.mark.parametrize(
    ("language", "text", "further"),
    [
        ("de", "Punkt 3 bis 5", "4 5"),
        ("de", "Punkte drei und fünf", "5"),
        ("fr", "points 3 à 5", "4 5"),
        ("fr", "articles 3 et 4", "4"),
        ("ar", "البند ٣ و٥", "5"),
        ("ar", "البنود ٣-٥", "4 5"),
        ("uk", "пункти 3 і 5", "5"),
        ("uk", "пункти 3-5", "4 5"),
    ],
)
def test_further_clauses_are_read_in_every_language(language: str, text: str, further: str) -> None:
    assert reference(text, language) == ClauseReference(ClauseId("3"), 3, tuple(map(ClauseId, further.split())))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Artikel 5 des NATO-Vertrags"),
        ("de", "Artikel 1 Grundgesetz"),
        ("de", "3 Punkte"),
        ("fr", "article 5 de l'OTAN"),
        ("fr", "3 points"),
        ("ar", "المادة ٤ من الدستور"),
        ("ar", "عشرة مطالب"),
        ("uk", "стаття 10 конституції"),
        ("uk", "3 пункти"),
        ("pt", "artigo 4 da constituição"),
    ],
)
def test_other_documents_and_amounts_are_no_references_in_any_language(language: str, text: str) -> None:
    assert reference(text, language) is None


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("de", "drittens", 3),
        ("de", "lies mir den sechsten vor", 6),
        ("de", "ich verstehe Punkt 4 nicht", 4),
        ("de", "Artikel fünfundzwanzig", 25),
        ("fr", "le troisième", 3),
        ("fr", "je ne comprends pas l'article 3", 3),
        ("fr", "article vingt et un", 21),
        ("ar", "ثالثا", 3),
        ("ar", "لا أفهم المادة ٣", 3),
        ("ar", "المادة الحادية والعشرون", 21),
        ("uk", "про восьмий", 8),
        ("uk", "3-тій пункт", 3),
        ("uk", "не розумію пункт 3", 3),
        ("uk", "двадцять перший пункт", 21),
        ("uk", "пункт І", 1),
    ],
)
def test_grammar_of_other_languages_is_understood(language: str, text: str, number: int) -> None:
    reference = reference_finder((language,)).find(text, CAMPAIGN)

    assert reference is not None
    assert reference.number == number


@pytest.mark.parametrize(("language", "text"), [("de", "der dritte Weltkrieg"), ("fr", "le premier ministre")])
def test_an_ordinal_of_something_else_names_no_clause(language: str, text: str) -> None:
    assert reference_finder((language,)).find(text, CAMPAIGN) is None
