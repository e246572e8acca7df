"""Reading YAML: the only place that does. Scalars stay strings, lines are kept, and slips are told with a remedy.

Strings only, because YAML 1.1 reads an unquoted `no` as false and `1_1` as eleven. No aliases, because a few of them
can make a file that never ends, and an author who copies a text sees what it says.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from content.loading.problems import Problem

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Path_ = tuple[str | int, ...]
_LARGEST = 1_000_000  # bytes; the shipped files have under 30,000
_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}
_DEEPEST = 10  # the shipped files go four levels deep
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Accidents; ZWNJ and the direction marks are letters here.
_INVISIBLE = re.compile("[\u00ad\u200b\u2028\u2029\u2060-\u2064\ufeff]")
_QUOTE_IT = "mend this line or the one above; a text with : # * & ! or quotes in it is safe below `|-`"


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

    def mistake(self, path: Path_, what: str, remedy: str) -> Problem:
        return Problem(self.file, self.line(*path), what, remedy)


def read(path: Path) -> tuple[Document | None, list[Problem]]:
    """The document, and what is wrong with its letters. None when it cannot be read at all."""
    text = _text(path)
    if isinstance(text, Problem):
        return None, [text]
    tabs = [Problem(path.name, n, "a tab", "indent with spaces") for n in _lines_with("\t", text)]
    root = _composed(path.name, text)
    if isinstance(root, Problem):
        return None, tabs or [root]
    walk = _Walk(path.name, mistakes=tabs)
    data = walk.plain(root, ())
    return Document(path.name, data, walk.lines), walk.mistakes


def _text(path: Path) -> str | Problem:
    """The file's text; only what is a file of a sensible size is opened at all."""
    try:
        raw = _raw(path)
    except PermissionError:
        return Problem(path.name, 1, "may not be read", "give the bot's user the right to read it and its folder")
    except OSError as broken:
        return Problem(path.name, 1, f"cannot be read ({broken.strerror})", "look at the disk, or write it again")
    if isinstance(raw, Problem):
        return raw
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as slip:
        return Problem(path.name, raw.count(b"\n", 0, slip.start) + 1, "is not UTF-8", "save the file as UTF-8")


def _raw(path: Path) -> bytes | Problem:
    if not path.exists() and not path.is_symlink():
        return Problem(path.name, 1, "the file is missing", "write it, as the other languages have it")
    if not path.is_file():
        return Problem(path.name, 1, "is not a file", "put a file of this name here")
    if path.stat().st_size > _LARGEST:
        return Problem(path.name, 1, f"is larger than {_LARGEST:,} bytes", "keep the text of the declaration only")
    return path.read_bytes()


def _lines_with(letter: str, text: str) -> list[int]:
    return [n for n, line in enumerate(text.split("\n"), 1) if letter in line]


def _composed(file: str, text: str) -> Any:
    """The root of the YAML tree, or the mistake that keeps it from being one."""
    try:
        root = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as slip:
        mark = slip.problem_mark or slip.context_mark
        return Problem(file, mark.line + 1 if mark else 1, f"is not YAML ({slip.problem})", _QUOTE_IT)
    except yaml.YAMLError:
        return _unprintable(file, text)
    if root is None:
        return Problem(file, 1, "the file is empty", "write it, as the other languages have it")
    return root


def _unprintable(file: str, text: str) -> Problem:
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    at = found.start() if found else 0
    return Problem(file, text.count("\n", 0, at) + 1, f"a control character (U+{ord(text[at]):04X})", "remove it")


@dataclass(slots=True)
class _Walk:
    """From YAML's nodes to plain data, noting the line of everything and whatever is odd on the way."""

    file: str
    mistakes: list[Problem]
    lines: dict[Path_, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def plain(self, node: Any, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self.seen:
            return self._odd(line, "an alias (a word behind *)", "write the text out, or put it in quotes")
        self.seen.add(id(node))
        if len(path) > _DEEPEST:
            return self._odd(line, "lists or maps too deep in each other", "compare with the shipped campaign")
        if node.tag not in _TAGS:
            self._odd(line, f"a tag ({node.tag})", "put a text that begins with ! in quotes")
        if isinstance(node, yaml.MappingNode):
            return self._map(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*path, i)) for i, item in enumerate(node.value)]
        self.mistakes += [Problem(self.file, line, what, remedy) for what, remedy in _odd_letters(node.value)]
        return str(node.value)

    def _map(self, node: Any, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._odd(line, "a list or map in place of a name", "write `name: text`")
                continue
            name = str(key.value)
            if name in found:
                self._odd(line, f"{name!r} is here twice", "keep one of the two")
            self.lines[(*path, name)] = line
            found[name] = self.plain(value, (*path, name))
        return found

    def _odd(self, line: int, what: str, remedy: str) -> str:
        self.mistakes.append(Problem(self.file, line, what, remedy))
        return ""


def _odd_letters(text: str) -> Iterator[tuple[str, str]]:
    """Letters that would surprise a reader: invisible ones, control characters and unnormalised spellings."""
    if _BIDI.search(text):
        yield "an invisible direction override", "remove it"
    if found := _INVISIBLE.search(text):
        yield f"an invisible character (U+{ord(found[0]):04X})", "remove it"
    for letter in _controls(text.replace("\n", "")):
        yield f"a control character (U+{ord(letter):04X})", "remove it"
    if unicodedata.normalize("NFC", text) != text:
        yield "letters that are not in Unicode's NFC form", "save the text as NFC"


def _controls(text: str) -> list[str]:
    if text.isprintable():  # nearly always, and C says so in a hundredth of the time
        return []
    return sorted({letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs")})
