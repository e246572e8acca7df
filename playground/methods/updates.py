"""How updates reach the bot: long polling. The box has no webhooks yet and says so."""

from typing import Any

from playground.errors import bad
from playground.methods.support.parameters import flag, structure, whole
from playground.methods.support.registry import Call, method
from playground.world.update_queue import BY_DEFAULT, KINDS, LONGEST_POLL

Json = dict[str, Any]


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(call: Call) -> list[Json]:
    queue = call.bot.queue
    allowed = structure(call.given, "allowed_updates")
    if isinstance(allowed, list):
        queue.allowed = frozenset(map(str, allowed)) & KINDS or BY_DEFAULT
    limit = whole(call.given, "limit", 100, least=1, most=100)
    timeout = whole(call.given, "timeout", least=0, most=LONGEST_POLL)
    return await queue.poll(call.state.clock, whole(call.given, "offset"), limit, timeout)


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(call: Call) -> bool:
    return _without_webhook(call)


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> Json:
    queue = call.bot.queue
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(queue)}
    return info if queue.allowed is None else info | {"allowed_updates": sorted(queue.allowed)}


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(call: Call) -> bool:
    if not call.given.get("url"):
        return _without_webhook(call)
    raise bad("bad webhook: the box has no webhooks yet, use getUpdates")


def _without_webhook(call: Call) -> bool:
    if flag(call.given, "drop_pending_updates"):
        call.bot.queue.clear()
    return True
