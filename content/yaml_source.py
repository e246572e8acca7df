"""Reading YAML: the only place that does. Scalars stay strings, lines are kept, and slips are told with a remedy.

Strings only, because YAML 1.1 reads an unquoted `no` as false and `1_1` as eleven.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from content.mistakes import Mistake

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Path_ = tuple[str | int, ...]
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def read_plain(path: Path) -> Any:
    """The data of one of our own files: dicts, lists and strings."""
    return yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 -- a BaseLoader makes strings only


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data (dicts, lists and strings) and the line of everything in it, by path."""

    file: str
    data: Any
    lines: dict[Path_, int]

    def line(self, *path: str | int) -> int:
        """The line of `path`, or of the nearest thing around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, path: Path_, what: str, remedy: str) -> Mistake:
        return Mistake(self.file, self.line(*path), what, remedy)


def read(path: Path) -> tuple[Document | None, list[Mistake]]:
    """The document, and what is wrong with its letters. None when it cannot be read at all."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None, [Mistake(path.name, 1, "the file is missing", "write it, as the other languages have it")]
    except UnicodeDecodeError as slip:
        line = path.read_bytes()[: slip.start].count(b"\n") + 1
        return None, [Mistake(path.name, line, "is not UTF-8", "save the file as UTF-8")]
    tabs = [
        Mistake(path.name, n, "a tab", "indent with spaces")
        for n, line in enumerate(text.split("\n"), 1)
        if "\t" in line
    ]
    try:
        root = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as slip:
        mark = slip.problem_mark or slip.context_mark
        said = f"is not YAML ({slip.problem})"
        return None, tabs or [Mistake(path.name, mark.line + 1 if mark else 1, said, "mend this line")]
    except yaml.YAMLError:
        return None, tabs or [_unprintable(path.name, text)]
    return _document(path.name, root, tabs)


def _unprintable(file: str, text: str) -> Mistake:
    odd = next((i for i, letter in enumerate(text) if unicodedata.category(letter) == "Cc" and letter != "\n"), 0)
    line = text.count("\n", 0, odd) + 1
    return Mistake(file, line, f"a control character (U+{ord(text[odd]):04X})", "remove it")


def _document(file: str, root: Any, mistakes: list[Mistake]) -> tuple[Document | None, list[Mistake]]:
    if root is None:
        return None, [Mistake(file, 1, "the file is empty", "write it, as the other languages have it")]
    lines: dict[Path_, int] = {}
    data = _plain(file, root, (), lines, mistakes)
    document = Document(file, data, lines)
    return document, mistakes + list(_odd_letters(document, data, ()))


def _plain(file: str, node: Any, path: Path_, lines: dict[Path_, int], mistakes: list[Mistake]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                mistakes.append(Mistake(file, line, f"{name!r} is here twice", "keep one of the two"))
            lines[(*path, name)] = line
            found[name] = _plain(file, value, (*path, name), lines, mistakes)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, (*path, i), lines, mistakes) for i, item in enumerate(node.value)]
    return str(node.value)


def _odd_letters(document: Document, data: Any, path: Path_) -> Iterator[Mistake]:
    """Letters that would surprise a reader: invisible direction overrides and unnormalised spellings."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _odd_letters(document, value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _odd_letters(document, value, (*path, i))
    else:
        if _BIDI.search(data):
            yield document.mistake(path, "an invisible direction override", "remove it")
        if unicodedata.normalize("NFC", data) != data:
            yield document.mistake(path, "letters that are not in Unicode's NFC form", "save the text as NFC")
