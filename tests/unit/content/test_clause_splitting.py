"""A pasted text becomes clauses: `new --from-text`. No letter is lost, whatever the text."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.loading.creation.clause_splitting import Division, SplitText, split_text
from content.loading.creation.pasted_declaration import clause_texts, describe_split
from content.loading.creation.pasted_text import MAX_BYTES, normalized, read_pasted_text
from content.loading.creation.yaml_text import block, one_line
from content.loading.problems import NewCampaignRefused
from content.loading.schema import MAX_LABEL

TITLE = "Declaration of Lisbon"


def split(text: str) -> SplitText:
    return split_text(normalized(text), TITLE)


def clauses(text: str, lang: str = "en") -> list[tuple[str, str, str]]:
    """Return id, title and text of every clause."""
    return [(clause.id, clause.title, clause.text) for clause in clause_texts(split(text), lang)]


# Texts with two clauses, about bread and about roses.
NUMBERINGS = {
    "a number and a full stop": "1. Bread for all.\n2. Roses for all.",
    "a number and a parenthesis": "1) Bread for all.\n\n2) Roses for all.",
    "a number in parentheses": "(1) Bread for all.\n(2) Roses for all.",
    "a number in bold": "**1.** Bread for all.\n**2.** Roses for all.",
    "a dash": "1 - Bread for all.\n2 – Roses for all.",
    "Roman numerals": "I. Bread for all.\nII. Roses for all.",
    "articles": "Article 1\nBread for all.\n\nArticle 2\nRoses for all.",
    "articles with a colon": "Article 1: Bread for all.\nArticle 2: Roses for all.",
    "articles in capitals": "ARTICLE I\n\nBread for all.\n\nARTICLE II\n\nRoses for all.",
    "an abbreviation": "Art. 1 Bread for all.\nArt. 2 Roses for all.",
    "paragraph signs": "§ 1 Bread for all.\n§2 Roses for all.",
    "the French first": "Article premier\nBread for all.\nArticle 2\nRoses for all.",
    "a French ordinal": "Article 1er\nBread for all.\nArticle 2\nRoses for all.",
    "Dari articles": "ماده ۱: Bread for all.\nماده ۲:Roses for all.",
    "Dari digits with a dash": "۱- Bread for all.\n۲ـ Roses for all.",
    "Arabic clauses": "البند ١\nBread for all.\nالبند ٢\nRoses for all.",
    "Ukrainian articles": "Стаття 1. Bread for all.\nСтаття 2. Roses for all.",
    "Turkish articles": "Madde 1 – Bread for all.\nMadde 2 – Roses for all.",
    "Chinese articles": "第1条 Bread for all.\n第2条 Roses for all.",
    "Markdown headings": "## 1. Bread for all.\n## 2. Roses for all.",
    "lists inside of articles": "Article 1\nBread for all.\n1. a\n2. b\nArticle 2\nRoses for all.\n1. c\n2. d\n3. e",
    "headings in capitals": "BREAD FOR ALL\nBread for all.\n\nROSES FOR ALL\nRoses for all.",
    "paragraphs": "Bread for all.\n\nRoses for all.",
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERINGS)
def test_clauses_are_found_by_the_usual_numbers(name: str) -> None:
    first, second = clauses(NUMBERINGS[name])

    assert (first[0], second[0]) == ("1", "2")
    assert first[2].startswith("Bread for all.")
    assert second[2].startswith("Roses for all.")


def test_articles_are_clauses_and_chapters_are_not() -> None:
    text = "Chapter 1\n\nArticle 1\nBread.\n\nArticle 2\nRoses.\n\nChapter 2\n\nArticle 3\nWine.\n\nArticle 4\nOil."

    assert [clause for clause, _, _ in clauses(text)] == ["preamble", "1", "2", "3", "4"]


@pytest.mark.parametrize("text", ["In 2024 we met.\n1.5 million came.", "1. Only one number.", "A.\nB.\nC."])
def test_a_text_without_a_list_of_numbers_is_one_clause(text: str) -> None:
    assert clauses(text) == [("1", text.split("\n")[0].rstrip("."), text)]


def test_the_text_before_the_first_number_is_the_preamble() -> None:
    preamble, first, _ = clauses("Declaration of Lisbon\n\nWe, who met.\n\nAnd agreed.\n\n1. Bread.\n2. Roses.")

    assert preamble == ("preamble", "Preamble", "We, who met.\n\nAnd agreed.")
    assert first == ("1", "Bread", "Bread.")


def test_a_heading_becomes_the_title_of_the_preamble() -> None:
    assert clauses("Preâmbulo\n\nNós.\n\n1. Pão.\n2. Rosas.", "pt")[0] == ("preamble", "Preâmbulo", "Nós.")


def test_a_date_stays_in_the_preamble() -> None:
    assert clauses("Lisbon, 5 May 2026\n\nWe.\n\n1. Bread.\n2. Roses.")[0][2] == "Lisbon, 5 May 2026\n\nWe."


def test_the_preamble_is_named_in_the_language_of_the_text() -> None:
    assert clauses("ما مردم.\n\nماده ۱: نان.\nماده ۲: گل.", "fa")[0] == ("preamble", "مقدمه", "ما مردم.")


def test_the_last_paragraph_is_the_closing_if_every_clause_has_one_paragraph() -> None:
    split_clauses = clauses("1. Bread.\n\n2. Roses.\n\n3. Wine.\n\nDone in Lisbon.")

    assert [clause[0] for clause in split_clauses] == ["1", "2", "3", "closing"]
    assert split_clauses[2:] == [("3", "Wine", "Wine."), ("closing", "Closing paragraph", "Done in Lisbon.")]


@pytest.mark.parametrize(
    "text",
    [
        "1. Bread.\n\nFresh bread.\n\n2. Roses.\n\n3. Wine.\n\nRed wine.",  # another clause has two
        "1. Bread.\n\n2. Roses.\n\nRed roses.",  # two clauses show no custom
        "1. Bread.\n\n2. Roses.\n\n3. Wine:\n\n- red",  # a list
        "1. Bread.\n\n2. Roses.\n\n3. Wine.\n\nRed.\n\nWhite.",
    ],
)
def test_otherwise_the_last_paragraph_belongs_to_the_last_clause(text: str) -> None:
    assert "closing" not in {clause[0] for clause in clauses(text)}


def test_a_closing_with_a_heading_is_the_closing() -> None:
    split_clauses = clauses("1. Brot.\n\nFrisch.\n\n2. Rosen.\n\nSchlussabsatz\n\nWir danken.", "de")

    assert split_clauses[-1] == ("closing", "Schlussabsatz", "Wir danken.")


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("1. Bread and roses\n\nWe want both.", "Bread and roses", "We want both."),
        ("1. Bread\nWe want bread, and roses as well.", "Bread", "We want bread, and roses as well."),
        ("1. We want bread\nand roses, every day.", "We want bread", "We want bread\nand roses, every day."),
        ("1. We want bread.\n\nAnd roses.", "We want bread.", "We want bread.\n\nAnd roses."),
        ("1. نان\nما برای همه نان می‌خواهیم، هر روز.", "نان", "ما برای همه نان می‌خواهیم، هر روز."),
    ],
)  # fmt: skip
def test_a_heading_is_the_title_and_a_sentence_is_not(text: str, title: str, rest: str) -> None:
    split_clauses = clauses(f"{text}\n2. Wine.")[0]

    assert (split_clauses[1].rstrip("."), split_clauses[2]) == (title.rstrip("."), rest)


def test_a_long_first_sentence_is_cut_between_words() -> None:
    title = clauses("1. " + "Everyone has the right to bread and roses. " * 3 + "\n2. Wine.")[0][1]

    assert title == "Everyone has the right to bread and roses…"


def test_a_gap_in_the_numbers_is_reported() -> None:
    sentences = list(describe_split(split("1. Bread.\n2. Roses.\n4. Wine.\n5. Oil.")))

    assert sentences[1] == "Number 3 is missing in the text: look at the end of clause 2."


def test_the_organiser_reads_what_was_found() -> None:
    text = "We met.\n\n1. Bread.\n\n2. Roses.\n\n3. Wine.\n\nDone in Lisbon."

    assert list(describe_split(split(text))) == ["Found 3 clauses, a preamble and a closing, divided by numbers."]


def test_a_text_without_numbers_is_to_be_looked_through() -> None:
    assert "look whether" in " ".join(describe_split(split("Bread.\n\nRoses.")))
    assert split("Bread.\n\nRoses.").division is Division.PARAGRAPHS


LINES = st.sampled_from(
    [
        *("1.", "2. b", "3) c", "(1) x", "  (2) y", "1.5", "I.", "II. b", "§ 1", "Article 1", "Article 2 – Bread"),
        *("۱- نان", "ماده ۲:", "PREAMBLE", "BREAD", "Title", "Closing paragraph", "Declaration of Lisbon"),
        *("", "", "a long line, and more", "- d", "e."),
    ]
)
TEXTS = st.one_of(st.lists(LINES, max_size=12).map("\n".join), st.text(max_size=80))


@given(TEXTS)
def test_joined_clauses_are_the_text(text: str) -> None:
    text = normalized(text)
    split_clauses = split_text(text, TITLE)

    assert split_clauses.source == text
    assert all(section.text.strip() == section.text for section in split_clauses.sections)


@given(TEXTS.filter(lambda text: normalized(text) != ""))
def test_every_clause_has_a_text_and_a_title_that_fits(text: str) -> None:
    split_clauses = clauses(text)

    assert [clause for clause, _, _ in split_clauses if clause.isdecimal()] == [
        str(n) for n in range(1, split(text).clause_count + 1)
    ]
    assert len({clause for clause, _, _ in split_clauses}) == len(split_clauses)
    for _, title, content in split_clauses:
        assert content
        assert 1 <= len(title) <= MAX_LABEL


@given(TEXTS.map(normalized).filter(bool))
def test_a_text_in_yaml_is_read_as_it_was(text: str) -> None:
    line = " ".join(text.split())
    loaded = yaml.safe_load(
        f"- title: {one_line('a: ' + line)}\n  text: {block(text, 4)}\n- name: {one_line(line)}\n"
    )

    assert loaded == [{"title": f"a: {line}", "text": text}, {"name": line}]


@given(st.text())
def test_normalizing_changes_nothing_but_what_no_campaign_may_have(text: str) -> None:
    assert normalized(normalized(text)) == normalized(text)
    assert not re.search(r"[^\S\n]$|[\t\ufeff\u200b\u202e\x00]", normalized(text), re.MULTILINE)


def test_letters_spaces_and_joiners_stay() -> None:
    text = "می‌خواهیم  «نان»\u00a0– Œuvre’s  ﬁn\u200f!\n\n   indented"

    assert normalized(text) == text
    assert normalized("\ufeffa\tb \r\ncafe\u0301\u2029c\u00add") == "a b\ncafé\n\ncd"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "There is no text in"),
        (b" \n\t\n 12 ", "There is no text in"),
        (b"PK\x03\x04\x00\x00docx", "is not a plain text"),
        ("Erklärung".encode("latin-1"), "is not a plain text"),
        (b"a" * (MAX_BYTES + 1), "has more than 400,000 bytes"),
    ],
)
def test_a_file_without_text_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(NewCampaignRefused, match=reason):
        read_pasted_text(raw, "text.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_as_editors_save_it(encoding: str) -> None:
    assert read_pasted_text("Brot für alle\r\n".encode(encoding), "text.txt") == "Brot für alle"
