"""Copy the shipped campaign with one concept, pattern and question, for tests that damage the other files.

To check and learn the thousands of words and questions that the shipped campaign has takes a second.
"""

import shutil
from pathlib import Path

from content.paths import SHIPPED_CAMPAIGN

_FILES = {
    "concepts.yaml": '- {id: woman, points: {"4": 5}, topic: women, words: {en: woman, fa: زن, ps: ښځه}}\n',
    "patterns.yaml": '- {all: woman, points: {gender-apartheid: 2}}\n',
    "questions.en.yaml": '"4": [why may a woman not work]\ngender-apartheid: [who rules women]\nnone: [who won]\n',
}  # fmt: skip


def copy_with_few_words(folder: Path) -> Path:
    """Copy the shipped campaign to the new `folder`, which is returned. It has no errors."""
    shutil.copytree(SHIPPED_CAMPAIGN, folder, ignore=shutil.ignore_patterns("concepts*", "patterns*", "questions*"))
    for name, text in _FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder
