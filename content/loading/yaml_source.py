"""Read YAML files into strings, lists and dicts, with the line of every value and a remedy for every error.

Values stay strings, because YAML 1.1 reads an unquoted `no` as false and `1_1` as eleven. YAML aliases are refused,
because a few aliases can make a small file expand to fill the memory. Authors repeat the text instead.
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
KeyPath = tuple[str | int, ...]  # the keys and list indexes that lead to a value
_MAX_BYTES = 1_000_000  # the shipped files have less than 30,000
_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}
_MAX_DEPTH = 10  # the shipped files have a depth of four
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Characters that nobody types on purpose. ZWNJ and the direction marks are missing: Dari and Pashto need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2028\u2029\u2060-\u2064\ufeff]")
_FIX_SYNTAX = "fix this line or the one above; write a text that contains : # * & ! or quotes below `|-`"
_SEE_SHIPPED = "write it; content/vienna-2023 has an example"


def read_plain(path: Path) -> Any:
    """Return the data of a shipped file as dicts, lists and strings, without checks."""
    return yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 -- a BaseLoader makes strings only


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file. `data` has dicts, lists and strings; `lines` has the line of each value by path."""

    file: str
    data: Any
    lines: dict[KeyPath, int]

    def line(self, *path: str | int) -> int:
        """Return the line of the value at `path`.

        If there is no such value, return the line of the value around it.
        """
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: KeyPath, message: str, remedy: str) -> Problem:
        """Return a problem in the line of the value at `path`."""
        return Problem(self.file, self.line(*path), message, remedy)


def read_document(path: Path) -> tuple[Document | None, list[Problem]]:
    """Read the YAML file at `path`. Return the document and the problems in it.

    The document is None if the file is not valid YAML or cannot be read.
    """
    text = _text(path)
    if isinstance(text, Problem):
        return None, [text]
    tabs = [
        Problem(path.name, number, "there is a tab", "indent with spaces")
        for number, line in enumerate(text.split("\n"), 1)
        if "\t" in line
    ]
    root = _root_node(path.name, text)
    if isinstance(root, Problem):
        return None, tabs or [root]
    converter = _Converter(path.name, problems=tabs)
    data = converter.plain(root, ())
    return Document(path.name, data, converter.lines), converter.problems


def _text(path: Path) -> str | Problem:
    try:
        raw = _bytes(path)
    except PermissionError:
        return Problem(path.name, 1, "no permission to read it", "let the bot's user read the file and its folder")
    except OSError as error:
        return Problem(path.name, 1, f"the file cannot be read ({error.strerror})", "check the disk, or replace it")
    if isinstance(raw, Problem):
        return raw
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(path.name, line, "the text is not UTF-8", "save the file as UTF-8")


def _bytes(path: Path) -> bytes | Problem:
    """Return the bytes of the file, or a problem. Pipes, devices and huge files are refused without opening them."""
    if not path.exists() and not path.is_symlink():
        return Problem(path.name, 1, "the file is missing", _SEE_SHIPPED)
    if not path.is_file():
        return Problem(path.name, 1, "this is not a regular file", "replace it by a file")
    if path.stat().st_size > _MAX_BYTES:
        message = f"the file is larger than {_MAX_BYTES:,} bytes"
        return Problem(path.name, 1, message, "shorten it to the texts of the campaign")
    return path.read_bytes()


def _root_node(file: str, text: str) -> Any:
    """Return the root node of the parsed YAML, or a problem if the text cannot be parsed."""
    try:
        root = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Problem(file, mark.line + 1 if mark else 1, f"this is not valid YAML ({error.problem})", _FIX_SYNTAX)
    except yaml.YAMLError:
        return _control_character(file, text)
    if root is None:
        return Problem(file, 1, "the file is empty", _SEE_SHIPPED)
    return root


def _control_character(file: str, text: str) -> Problem:
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    at = match.start() if match else 0
    return Problem(file, text.count("\n", 0, at) + 1, _control_message(text[at]), "remove it")


@dataclass(slots=True)
class _Converter:
    """Convert YAML nodes to strings, lists and dicts. Record the line of each value, and every problem."""

    file: str
    problems: list[Problem]
    lines: dict[KeyPath, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def plain(self, node: Any, path: KeyPath) -> Any:
        """Return the data of a YAML node as dicts, lists and strings. `path` is the path of the node."""
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self.seen:
            return self._refuse(line, "there is an alias (a word after *)", "write the text out, or put it in quotes")
        self.seen.add(id(node))
        if len(path) > _MAX_DEPTH:
            return self._refuse(line, "lists or maps are nested too deeply", "compare with the shipped campaign")
        if node.tag not in _TAGS:
            self._refuse(line, f"there is a tag ({node.tag})", "put a text that begins with ! in quotes")
        if isinstance(node, yaml.MappingNode):
            return self._map(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*path, i)) for i, item in enumerate(node.value)]
        self.problems += [Problem(self.file, line, *problem) for problem in _odd_characters(node.value)]
        return str(node.value)

    def _map(self, node: Any, path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(line, "a list or map is in the place of a key", "write `key: text`")
                continue
            key = str(key_node.value)
            if key in data:
                self._refuse(line, f"the key {key!r} appears twice", "keep one of the two")
            self.lines[(*path, key)] = line
            data[key] = self.plain(value, (*path, key))
        return data

    def _refuse(self, line: int, message: str, remedy: str) -> str:
        """Record a problem. Return "" as the value in place of the refused one."""
        self.problems.append(Problem(self.file, line, message, remedy))
        return ""


def _odd_characters(text: str) -> Iterator[tuple[str, str]]:
    """Yield message and remedy for each kind of character in `text` that is invisible or not in Unicode's NFC."""
    if _BIDI.search(text):
        yield "there is an invisible direction override", "remove it"
    if match := _INVISIBLE.search(text):
        yield f"there is an invisible character (U+{ord(match[0]):04X})", "remove it"
    for character in _controls(text.replace("\n", "")):
        yield _control_message(character), "remove it"
    if unicodedata.normalize("NFC", text) != text:
        yield "the text is not in Unicode's NFC form", "save the text as NFC"


def _control_message(character: str) -> str:
    return f"there is a control character (U+{ord(character):04X})"


def _controls(text: str) -> list[str]:
    if text.isprintable():  # true for nearly every text, and a hundred times faster than looking at each character
        return []
    return sorted({character for character in text if unicodedata.category(character) in ("Cc", "Cs")})
