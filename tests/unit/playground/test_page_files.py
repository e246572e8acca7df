"""Checks of the web chat's files without a browser: no markup built from text, and readable colours."""

import re
from pathlib import Path

import pytest

import playground

PAGE = Path(playground.__file__).parent / "page"


def test_no_file_has_inline_scripts_or_styles_or_builds_markup_from_text() -> None:
    forbidden = re.compile(r"innerHTML|insertAdjacentHTML|document\.write|\beval\b|style=|\son\w+=|<script>|<style")
    offenders = [path.name for path in PAGE.rglob("*.*") if forbidden.search(path.read_text(encoding="utf-8"))]

    assert offenders == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("foreground", "background"),
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
def test_text_has_the_contrast_of_wcag_aa(foreground: str, background: str, theme: str) -> None:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (PAGE / "style" / "base.css").read_text())
    colours = {name: light if theme == "light" else dark for name, light, dark in pairs}
    darker, lighter = sorted((luminance(colours[foreground]), luminance(colours[background])))

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Return WCAG's relative luminance of a colour #rrggbb."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
