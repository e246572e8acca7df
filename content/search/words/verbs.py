"""Recognise everyday verbs in all their forms, for languages with too many forms to list.

Everyday verbs say little about the subject of a text. The language packs have their stems, and regular expressions
for their forms. Prefixes such as می can be joined to the verb or written apart, in Arabic or Latin letters.
"""

import re
from dataclasses import dataclass, field

_NOTHING = re.compile(r"(?!)")
_CACHE_SIZE = 8192  # words whose key is remembered: a limit, so that hostile text cannot fill the memory


@dataclass(frozen=True, slots=True)
class VerbForms:
    """The verbs of a campaign's languages.

    - `forms` matches the forms of everyday verbs.
    - `derived` matches any word that ends as an infinitive does, such as جنگیدن or خپرول.
    - `negations` are the beginnings of negated forms.
    - `not_verbs` are words that look like everyday verbs but are none.
    - `apart` are prefixes of verbs that people write as separate words.
    """

    forms: re.Pattern[str] = _NOTHING
    derived: re.Pattern[str] = _NOTHING
    negations: tuple[str, ...] = ()
    not_verbs: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    _keys: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def has_verb_ending(self, word: str) -> bool:
        """Return whether a folded word ends as the infinitive of a verb does, such as جنگیدن."""
        return self.derived.fullmatch(word) is not None

    def is_verb(self, word: str) -> bool:
        """Return whether a folded word is a form of an everyday verb."""
        return self.forms.fullmatch(word) is not None

    def verb_key(self, word: str) -> str:
        """Return "-" for a negated form of an everyday verb, "+" for other forms, and "" for all other words."""
        key = self._keys.get(word)
        if key is None:
            key = self._computed_key(word)
            if len(self._keys) < _CACHE_SIZE:
                self._keys[word] = key
        return key

    def _computed_key(self, word: str) -> str:
        if word in self.not_verbs or not self.is_verb(word):
            return ""
        negation = next((negation for negation in self.negations if word.startswith(negation)), "")
        rest = word[len(negation) :] if negation else ""
        return "-" if rest and self.is_verb(rest) else "+"
