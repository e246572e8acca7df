"""Make buttons that copy a short text to the clipboard."""

from content.screens.screen import COPY_LIMIT, CopyButton, units


def copy_button(label: str, text: str) -> CopyButton | None:
    """Return a button that copies `text` to the clipboard; None if it is empty or longer than Telegram allows."""
    return CopyButton(label, text) if 1 <= units(text) <= COPY_LIMIT else None
