"""Fill the templates of a new campaign's files, which are in `content/templates/`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template

from content.loading.creation.sample_texts import SAMPLE_CLAUSES, SampleTexts
from content.loading.creation.yaml_text import block, commented, indented, one_line
from content.loading.phrases.locales import describe_language
from content.paths import CAMPAIGN_TEMPLATES

_OVERWRITE = "This is a sample: put the text of your declaration in its place."
_TRANSLATE = "Translate it: this is still the text in {language}."
_ORIGINAL = "Look through the titles: they were taken from headings or from the first words."
_EXAMPLE = "# An example; to use it, remove the # signs and the last line.\n"
_EXAMPLE_BELOW = "# An example; to use it, remove the # signs here and the [] above.\n"


@dataclass(frozen=True, slots=True)
class ClauseText:
    """The id, title and text of a clause, in one language."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign to be written. The first of `languages` is the original.

    `clauses` are the clauses of the organiser's own declaration, in the language `text_language`. Without them, the
    campaign gets sample texts.
    """

    id: str
    title: str
    languages: Sequence[str]
    clauses: Sequence[ClauseText] = ()
    text_language: str = ""


def campaign_files(campaign: NewCampaign) -> dict[str, str]:
    """Return the content of every file of `campaign`, by the file's name."""
    samples = {lang: SampleTexts.in_language(lang) for lang in campaign.languages}
    declarations = {f"declaration.{lang}.yaml": _declaration(campaign, lang) for lang in campaign.languages}
    rows = {"topics.yaml": _topics(samples), "statements.yaml": _statements(samples)}
    return {
        "campaign.yaml": _campaign(campaign, samples),
        **declarations,
        **{name: _filled(name, rows=_as_example(text) if campaign.clauses else text) for name, text in rows.items()},
        "concepts.yaml": _filled("concepts.yaml", example=commented(_concept(samples))),
    }


def _filled(template: str, **values: str) -> str:
    return Template((CAMPAIGN_TEMPLATES / template).read_text("utf-8")).substitute(values)


def _as_example(rows: str) -> str:
    """Return the YAML text of an empty list, with the sample `rows` as comments above it."""
    return f"#\n{_EXAMPLE}{commented(rows)}\n[]"


def _campaign(campaign: NewCampaign, samples: Mapping[str, SampleTexts]) -> str:
    addressees = _addressee(samples)
    source = "\n".join(f"  {lang}: {one_line(campaign.title)}" for lang in campaign.languages)
    return _filled(
        "campaign.yaml",
        id=one_line(campaign.id),
        source=commented(source),
        languages=", ".join(_code(lang) for lang in campaign.languages),
        addressees=f" []\n{_EXAMPLE_BELOW}{commented(addressees)}" if campaign.clauses else f"\n{addressees}",
    )


def _addressee(samples: Mapping[str, SampleTexts]) -> str:
    names = _translations({lang: sample.government for lang, sample in samples.items()})
    return f"  - id: government\n    name:\n{indented(names, 6)}"


def _declaration(campaign: NewCampaign, lang: str) -> str:
    clauses = campaign.clauses or _sample_clauses(SampleTexts.in_language(lang))
    return _filled(
        "declaration.yaml",
        code=_code(lang),
        language=describe_language(lang).name,
        instruction=_instruction(campaign, lang),
        title=one_line(campaign.title),
        clauses="\n".join(map(_clause, clauses)),
    )


def _instruction(campaign: NewCampaign, lang: str) -> str:
    if not campaign.clauses:
        return _OVERWRITE
    if lang == campaign.text_language:
        return _ORIGINAL
    return _TRANSLATE.format(language=describe_language(campaign.text_language).name)


def _sample_clauses(sample: SampleTexts) -> Iterable[ClauseText]:
    yield ClauseText("preamble", sample.preamble.title, sample.preamble.text)
    for key, clause in SAMPLE_CLAUSES.items():
        yield ClauseText(clause, sample.clauses[key].title, sample.clauses[key].text)


def _clause(clause: ClauseText) -> str:
    name = f'"{clause.id}"' if clause.id.isdecimal() else clause.id
    return f"  - id: {name}\n    title: {one_line(clause.title)}\n    text: {block(clause.text, 6)}"


def _topics(samples: Mapping[str, SampleTexts]) -> str:
    return "\n".join(
        f"- number: {number}\n  id: {key}\n  name:\n{indented(_topic_names(samples, key), 4)}"
        for number, key in enumerate(SAMPLE_CLAUSES, 1)
    )


def _topic_names(samples: Mapping[str, SampleTexts], key: str) -> str:
    return _translations({lang: sample.clauses[key].topic for lang, sample in samples.items()})


def _statements(samples: Mapping[str, SampleTexts]) -> str:
    kinds = {"schools": "ask\n  to: [government]", "water": "position"}
    return "\n".join(
        f'- id: {key}\n  clause: "{clause}"\n  kind: {kinds[key]}\n  topics: [{key}]\n'
        f"  quote:\n{indented(_quotes(samples, key), 4)}"
        for key, clause in SAMPLE_CLAUSES.items()
    )


def _quotes(samples: Mapping[str, SampleTexts], key: str) -> str:
    return _translations({lang: sample.clauses[key].quote for lang, sample in samples.items()})


def _concept(samples: Mapping[str, SampleTexts]) -> str:
    words = _translations({lang: sample.clauses["schools"].topic for lang, sample in samples.items()})
    return f'- id: schools\n  points: {{"1": 4}}\n  words:\n{indented(words, 4)}'


def _translations(texts: Mapping[str, str]) -> str:
    """Return a YAML line `LANG: text` for each language in `texts`."""
    return "\n".join(f"{_code(lang)}: {one_line(text)}" for lang, text in texts.items())


def _code(lang: str) -> str:
    return one_line(
        lang
    )  # YAML takes an unquoted `no` (Norwegian) for false; the bot does not, but other programs do
