"""Characters that nobody sees: they make a text that looks empty, or an address that looks like another one."""

import unicodedata

# What Unicode lets a renderer ignore besides the format characters (Cf), and two that are drawn as nothing:
# DerivedCoreProperties.txt, Default_Ignorable_Code_Point; U+2800 is the braille pattern without a dot.
_SINGLE = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2065, 0x2800, 0x3164, 0xFFA0)
_RANGES = (range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0x1D173, 0x1D17B), range(0xE0000, 0xE1000))
_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def is_invisible(character: str) -> bool:
    """Return whether `character` draws nothing. White space is invisible, too."""
    number = ord(character)
    return (
        unicodedata.category(character) in _CATEGORIES or number in _SINGLE or any(number in some for some in _RANGES)
    )


def is_blank(text: str) -> bool:
    """Return whether nothing of `text` can be seen."""
    return all(map(is_invisible, text))
