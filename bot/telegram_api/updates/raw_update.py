"""Read the number, the chat and the kind of a raw update, which polling needs before the update is parsed."""

from collections.abc import Hashable
from typing import Any

Update = dict[str, Any]


def chat_of(update: Update) -> Hashable:
    """Return the id of the update's chat, or of its sender if there is no chat; None for unknown kinds of updates.

    Updates with the same id are handled in order.
    """
    match update:
        case (
            {"message": {"chat": {"id": int(chat)}}}
            | {"edited_message": {"chat": {"id": int(chat)}}}
            | {"callback_query": {"message": {"chat": {"id": int(chat)}}}}
        ):
            return chat
        case (
            {"inline_query": {"from": {"id": int(user)}}}
            | {"guest_message": {"from": {"id": int(user)}}}
            | {"my_chat_member": {"from": {"id": int(user)}}}
        ):
            return user
        case _:
            return None


def numbered(batch: list[Any]) -> dict[int, Update]:
    """Return the updates of a batch in a dictionary with their numbers as keys.

    Entries without a valid number are left out.
    """
    return {
        update["update_id"]: update
        for update in batch
        if isinstance(update, dict) and _is_id(update.get("update_id"))
    }


def is_navigation(update: Update) -> bool:
    """Return whether `update` is a press of a button that only opens a screen (see `content.screens.navigation`).

    Losing such an update does no harm, because the person can press the button again. Buttons that change stored data
    do not count: their callback data is signed and begins differently.
    """
    match update:
        case {"callback_query": {"data": str(data)}}:
            return data.startswith("r.")
        case _:
            return False


def _is_id(value: object) -> bool:
    """Return whether `value` is a valid number of an update; a negative number is not.

    A poll with a negative offset would make Telegram forget updates that were not handled.
    """
    return isinstance(value, int) and 0 <= value < 2**53
