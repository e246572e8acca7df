"""Write texts as YAML that volunteers can read and change: short texts on one line, clauses as indented blocks."""

import json
import re

# A text that needs no quotation marks: it begins with a letter, and has nothing that YAML could take for its own.
_PLAIN = re.compile(r"[^\W\d_](?:[^:#\n\"\\{}\[\],&*?|>%@`]*[^\s:#\n\"\\{}\[\],&*?|>%@`])?")
_WORDS_OF_YAML = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def one_line(text: str) -> str:
    """Return `text` as a YAML value on one line, in quotation marks if it needs them."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)


def block(text: str, spaces: int) -> str:
    """Return `text` as a YAML block, indented by `spaces`, to be written after a key. The block begins with `|-`."""
    return "|-\n" + indented(text, spaces)


def indented(text: str, spaces: int) -> str:
    """Return `text` with this number of `spaces` before each line that is not empty."""
    return "\n".join(" " * spaces + line if line else "" for line in text.split("\n"))


def commented(text: str) -> str:
    """Return the lines of `text` as comments."""
    return "\n".join(f"# {line}" if line else "#" for line in text.split("\n"))
