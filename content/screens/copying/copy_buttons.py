"""Make buttons that copy a short text at once."""

from content.screens.screen import COPY_LIMIT, CopyButton, units


def copy_button(label: str, text: str) -> CopyButton | None:
    """Return a button that copies `text`, or None if it is empty or too long for Telegram to copy."""
    return CopyButton(label, text) if 1 <= units(text) <= COPY_LIMIT else None
