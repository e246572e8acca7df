"""Choose the plural form of a phrase for a whole number, by the rules of Unicode's CLDR.

The rules of a language look like `one: n = 1; few: n % 10 = 2..4 and n % 100 != 12..14`. A number that fits no rule
has the form "other". See https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

FORMS = ("zero", "one", "two", "few", "many", "other")
_CONDITION = re.compile(r"n(?: % (\d+))? (=|!=) ([\d.,]+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a whole number `n`, such as `n % 10 = 2..4`.

    `modulus` is 10 in this example, and 0 in a condition on `n` itself.
    """

    modulus: int
    ranges: tuple[tuple[int, int], ...]  # first and last number of each range
    is_negated: bool = False

    def holds(self, number: int) -> bool:
        """Return whether the condition holds for `number`."""
        value = number % self.modulus if self.modulus else number
        return any(first <= value <= last for first, last in self.ranges) != self.is_negated


@dataclass(frozen=True, slots=True)
class PluralRules:
    """The plural rules of a language.

    A rule belongs to one plural form, such as "few", and consists of lists of conditions, joined by "or". It applies
    to a number if all conditions of at least one list hold.
    """

    forms: tuple[tuple[str, tuple[tuple[Condition, ...], ...]], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse rules separated by semicolons. Raises ValueError for rules that cannot be read."""
        rules = (rule.split(":", 1) for rule in text.split(";") if rule.strip())
        return cls(tuple((form.strip(), _alternatives(conditions)) for form, conditions in rules))

    def form_of(self, number: int) -> str:
        """Return the plural form for `number`: one of FORMS."""
        for form, alternatives in self.forms:
            if any(all(condition.holds(number) for condition in conditions) for conditions in alternatives):
                return form
        return "other"


def is_plural(value: object) -> bool:
    """Return whether a value read from YAML is a phrase with plural forms: a dict such as `{one: …, other: …}`."""
    return isinstance(value, Mapping) and "other" in value and set(value) <= set(FORMS)


def phrase_forms(phrase: str | Mapping[str, str]) -> tuple[str, ...]:
    """Return the texts of all plural forms of a phrase, or the one text of a phrase without forms."""
    return (phrase,) if isinstance(phrase, str) else tuple(map(str, phrase.values()))


def _alternatives(text: str) -> tuple[tuple[Condition, ...], ...]:
    return tuple(tuple(map(_condition, alternative.split(" and "))) for alternative in text.split(" or "))


def _condition(text: str) -> Condition:
    parsed = _CONDITION.fullmatch(text.strip())
    if not parsed:
        raise ValueError(f"{text!r} is no condition of a plural rule, such as `n % 10 = 2..4`.")
    modulus, operator, ranges = parsed.groups()
    ends = (part.split("..") for part in ranges.split(","))
    return Condition(int(modulus or 0), tuple((int(end[0]), int(end[-1])) for end in ends), operator == "!=")
