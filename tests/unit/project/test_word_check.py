"""The word check finds the slips that it is for, and leaves plain text alone."""

from pathlib import Path

import pytest

from tests.support.word_check import slips_in_code


@pytest.mark.parametrize(
    ("source", "slip"),
    [
        ("# try it anew\n", "write again"),
        ('"""What a stranger reads first."""\n', "a clause as its subject"),
        ("for one in range(3):\n    pass\n", "does not say what it is"),
        ("def run(told: int) -> None: ...\n", "does not say what it is"),
    ],
)
def test_a_slip_is_found(tmp_path: Path, source: str, slip: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")

    assert [slip in found_slip for found_slip in slips_in_code(path)] == [True]


def test_plain_text_has_no_slip(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('"""Read the settings."""\n\nfor name in ("a", "b"):\n    pass  # try again\n', encoding="utf-8")

    assert list(slips_in_code(path)) == []
