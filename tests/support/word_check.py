"""Find the commonest slips against the project's English: `python -m tests.support.word_check` prints them.

A machine sees only what a list can hold. The rest of the rules is in CONTRIBUTING.md.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "content", "storage", "playground", "benchmarks", "tests")

# A word that is not used here, and the word for it.
WORDS = {
    "anew": "again",
    "mend": "fix",
    "mended": "fixed",
    "mends": "fixes",
    "mistake": "error",
    "mistakes": "errors",
    "whoever": "somebody who, or the role: subscriber, reader, admin",
    "whomever": "somebody whom, or the role",
    "thereof": "of it",
    "wherein": "where, or in which",
    "foresaw": "expected",
    "unforeseen": "unexpected",
    "beside": "next to, or in addition to",
}
NAMES = {"one", "told", "said", "found", "given", "kept", "heard", "who", "what"}
CLAUSE_AS_SUBJECT = re.compile(r"(What|Who|Whoever|Whom|Whose|That which|Whether)\b(?!.*\?)")
WORD = re.compile(r"[A-Za-z]+")


def main() -> int:
    """Print every slip as `file:line: sentence`; return 1 when there is one."""
    slips = [slip for path in sorted(python_files()) for slip in slips_in_code(path)]
    slips += [slip for path in documents() for slip in slips_in_text(path, enumerate(lines_of(path), 1))]
    sys.stdout.writelines(f"{slip}\n" for slip in slips)
    return 1 if slips else 0


def python_files() -> Iterator[Path]:
    return (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def documents() -> list[Path]:
    """Return the project's documents. The changelog's old sections and the declaration's texts are history."""
    return sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def slips_in_code(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    yield from slips_in_text(path, comments(source))
    for node in ast.walk(tree):
        yield from slips_in_node(path, node)


def slips_in_node(path: Path, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        text, line = ast.get_docstring(node) or "", getattr(node, "lineno", 1)
        yield from slips_in_text(path, ((line + at, words) for at, words in enumerate(text.splitlines())))
        if CLAUSE_AS_SUBJECT.match(text):
            yield f"{relative(path)}:{line}: the docstring begins with a clause as its subject: {text.split()[0]!r}"
    name = bound_name(node)
    if name in NAMES:
        yield f"{relative(path)}:{getattr(node, 'lineno', 0)}: {name!r} does not say what it is"


def bound_name(node: ast.AST) -> str | None:
    """Return the name that a node binds to a value: a variable or a parameter."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return node.id
    return node.arg if isinstance(node, ast.arg) else None


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def slips_in_text(path: Path, lines: Iterator[tuple[int, str]] | enumerate[str]) -> Iterator[str]:
    for number, line in lines:
        for word in WORD.findall(line):
            if better := WORDS.get(word.lower()):
                yield f"{relative(path)}:{number}: {word!r}: write {better}"


def relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    sys.exit(main())
