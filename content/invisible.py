"""Detect characters that draw nothing. They can make a text look empty, or an address look like another address."""

import unicodedata

# Code points that a renderer may ignore, besides the format characters (category Cf), and two that draw nothing.
# Source: Default_Ignorable_Code_Point in DerivedCoreProperties.txt; U+2800 is the braille pattern without a dot.
_SINGLE = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065, 0x2800, 0x3164, 0xFFA0)
_RANGES = (range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0x1D173, 0x1D17B), range(0xE0000, 0xE1000))
_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def is_invisible(character: str) -> bool:
    """Return whether `character` draws nothing. White space counts as invisible."""
    code_point = ord(character)
    return (
        unicodedata.category(character) in _CATEGORIES
        or code_point in _SINGLE
        or any(code_point in code_points for code_points in _RANGES)
    )


def is_blank(text: str) -> bool:
    """Return whether `text` is empty or consists of invisible characters only."""
    return all(map(is_invisible, text))
