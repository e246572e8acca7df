"""What the web chat's files promise without a browser: no markup from code, and colours that can be read."""

import re
from pathlib import Path

import pytest

import playground

PAGE = Path(playground.__file__).parent / "page"


def test_no_style_or_script_is_written_into_the_page_or_by_markup() -> None:
    forbidden = re.compile(r"innerHTML|insertAdjacentHTML|document\.write|\beval\b|style=|\son\w+=|<script>|<style")
    found = [path.name for path in PAGE.rglob("*.*") if forbidden.search(path.read_text(encoding="utf-8"))]

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "page"),
        ("ink", "in"),
        ("ink", "out"),
        ("soft", "page"),
        ("soft", "in"),
        ("soft", "hover"),
        ("soft", "quote"),
        ("out-soft", "out"),
        ("out-link", "out"),
        ("out-code", "out"),
        ("accent", "page"),
        ("accent", "in"),
        ("accent", "quote"),
        ("code", "in"),
        ("danger", "page"),
        ("on-key", "key"),
        ("on-key", "key-primary"),
        ("on-key", "key-success"),
        ("on-key", "key-danger"),
    ],
)
def test_words_stand_out_from_their_ground_as_wcag_aa_asks(ink: str, ground: str, theme: str) -> None:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (PAGE / "style" / "base.css").read_text())
    colours = {name: light if theme == "light" else dark for name, light, dark in pairs}
    darker, lighter = sorted((luminance(colours[ink]), luminance(colours[ground])))

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """WCAG's relative luminance of #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
