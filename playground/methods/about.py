"""The Bot API methods getMe, getChat, getChatMember, getMyStarBalance, logOut and close."""

from typing import Any

from playground.errors import bad_request
from playground.methods.support.parameters import integer
from playground.methods.support.registry import MethodCall, chat_id, find_chat, method
from playground.world import views
from playground.world.model import ChatType

Json = dict[str, Any]
_CHAT_DETAILS: Json = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}
_PERMISSIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_change_info "
    "can_invite_users can_pin_messages can_edit_tag can_react_to_messages"
)

_ADMIN_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_post_messages "
    "can_edit_messages"
)


@method("getMe")
def get_me(call: MethodCall) -> Json:
    return views.user(call.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "supports_guest_queries": call.bot.has_guest_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


@method("getChat", "chat_id")
def get_chat(call: MethodCall) -> Json:
    if chat_id(call.parameters) in call.state.bulk_users.ids:
        return {"id": chat_id(call.parameters), "type": "private", "first_name": "User"} | _CHAT_DETAILS
    chat = find_chat(call)
    info = views.chat_for_bot(chat) | _CHAT_DETAILS
    if chat.person or chat.type is ChatType.CHANNEL:
        return info
    return info | {"permissions": dict.fromkeys(_PERMISSIONS.split(), True)}


@method("getChatMember", "chat_id user_id")
def get_chat_member(call: MethodCall) -> Json:
    chat, user_id = find_chat(call), integer(call.parameters, "user_id")
    account = call.state.bots.get(user_id) or call.state.people.get(user_id)
    if account is None:
        raise bad_request("user not found")
    user = views.sender(account)
    if chat.type is not ChatType.CHANNEL or user_id in call.state.people:
        return {"status": "member", "user": user}
    if chat.bot_rights is None:
        return {"status": "left", "user": user}
    rights = {name: name in chat.bot_rights for name in _ADMIN_RIGHTS.split()}
    return {"status": "administrator", "user": user, "can_be_edited": False, "is_anonymous": False, **rights}


@method("getMyStarBalance")
def get_my_star_balance(call: MethodCall) -> Json:
    amount, tenths = divmod(call.bot.stars.tenths, 10)
    return {"amount": amount} | ({"nanostar_amount": tenths * 100_000_000} if tenths else {})


@method("logOut")
def log_out(call: MethodCall) -> bool:
    """Return True without any effect, because there is no other server to log out from."""
    return True


@method("close")
def close(call: MethodCall) -> bool:
    """Return True without any effect: the playground cannot be closed by a bot."""
    return True
