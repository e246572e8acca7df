"""Fields and methods of Bot API 10.2 and 10.3 that the bot or the playground uses. The schema file has 10.0.

Sources, read on 30 Nov 2026:
- https://core.telegram.org/bots/api-changelog (July 14, 2026, Bot API 10.2: ephemeral messages; August 24, 2026,
  Bot API 10.3: `ephemeral_message_parameters` replaces `receiver_user_id` and `callback_query_id`)
- https://core.telegram.org/bots/api#ephemeral-messages-and-commands
- https://core.telegram.org/bots/api#ephemeralmessageparameters
"""

from typing import Any


def _field(name: str, *types: str, required: bool = False) -> dict[str, Any]:
    return {"name": name, "types": list(types), "required": required}


TYPE_FIELDS = {
    "BotCommand": [_field("is_ephemeral", "Boolean")],
    "Message": [_field("ephemeral_message_id", "Integer"), _field("receiver_user", "User")],
    "ReplyParameters": [_field("ephemeral_message_id", "Integer")],
}
OPTIONAL_FIELDS = {"ReplyParameters": {"message_id"}}  # that an ephemeral message does not need
TYPES = {
    "EphemeralMessageParameters": {
        "fields": [
            _field("receiver_user_id", "Integer", required=True),
            _field("callback_query_id", "String"),
            _field("replace_callback_query_message", "Boolean"),
        ]
    }
}
METHOD_FIELDS = {
    "sendMessage": [
        _field("ephemeral_message_parameters", "EphemeralMessageParameters"),
        _field("receiver_user_id", "Integer"),  # Bot API 10.2
    ]
}
METHODS: dict[str, Any] = {
    "editEphemeralMessageText": {
        "returns": ["True"],
        "fields": [
            _field("chat_id", "Integer", "String", required=True),
            _field("receiver_user_id", "Integer", required=True),
            _field("ephemeral_message_id", "Integer", required=True),
            _field("text", "String"),
            _field("parse_mode", "String"),
            _field("entities", "Array of MessageEntity"),
            _field("link_preview_options", "LinkPreviewOptions"),
            _field("reply_markup", "InlineKeyboardMarkup"),
        ],
    }
}


def with_newer(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of Bot API 10.0 with the additions."""
    for name, fields in TYPE_FIELDS.items():
        schema["types"][name]["fields"] += fields
    for name, optional in OPTIONAL_FIELDS.items():
        for field in schema["types"][name]["fields"]:
            field["required"] = field["required"] and field["name"] not in optional
    for name, fields in METHOD_FIELDS.items():
        schema["methods"][name]["fields"] += fields
    schema["types"] |= TYPES
    schema["methods"] |= METHODS
    return schema


def names(fields: list[dict[str, Any]]) -> set[str]:
    """Return the names of `fields`."""
    return {str(field["name"]) for field in fields}
