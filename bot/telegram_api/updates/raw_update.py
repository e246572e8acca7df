"""Read from a raw update what polling needs before it is parsed: its number, its chat, and whether it may be lost."""

from collections.abc import Hashable
from typing import Any

Update = dict[str, Any]


def chat_of(update: Update) -> Hashable:
    """Return the chat whose updates are handled in order; the person where an update has no chat."""
    match update:
        case (
            {"message": {"chat": {"id": int(chat)}}}
            | {"edited_message": {"chat": {"id": int(chat)}}}
            | {"callback_query": {"message": {"chat": {"id": int(chat)}}}}
        ):
            return chat
        case {"inline_query": {"from": {"id": int(user)}}} | {"my_chat_member": {"from": {"id": int(user)}}}:
            return user
        case _:
            return None


def numbered(batch: list[Any]) -> dict[int, Update]:
    """Return the updates of a batch by their number; anything without a valid number is left out."""
    return {
        update["update_id"]: update
        for update in batch
        if isinstance(update, dict) and _is_id(update.get("update_id"))
    }


def is_navigation(update: Update) -> bool:
    """Return whether `update` is a button that changes nothing (see `content.screens.navigation`).

    The person can press it again, so such an update may be lost. Signed buttons begin differently.
    """
    match update:
        case {"callback_query": {"data": str(data)}}:
            return data.startswith("r.")
        case _:
            return False


def _is_id(value: object) -> bool:
    """Return whether `value` can be an update's id. A negative offset would make Telegram forget all before it."""
    return isinstance(value, int) and 0 <= value < 2**53
