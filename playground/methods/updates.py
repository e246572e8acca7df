"""The Bot API method getUpdates, and the webhook methods. The playground has no webhooks, so setWebhook fails."""

from typing import Any

from playground.errors import bad_request
from playground.methods.support.parameters import boolean, integer, structure
from playground.methods.support.registry import MethodCall, method
from playground.world.update_queue import DEFAULT_UPDATE_TYPES, MAX_POLL_SECONDS, UPDATE_TYPES

Json = dict[str, Any]


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(call: MethodCall) -> list[Json]:
    queue = call.bot.queue
    allowed = structure(call.parameters, "allowed_updates")
    if isinstance(allowed, list):
        queue.allowed = frozenset(map(str, allowed)) & UPDATE_TYPES or DEFAULT_UPDATE_TYPES
    limit = integer(call.parameters, "limit", 100, minimum=1, maximum=100)
    timeout = integer(call.parameters, "timeout", minimum=0, maximum=MAX_POLL_SECONDS)
    return await queue.poll(call.state.clock, integer(call.parameters, "offset"), limit, timeout)


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(call: MethodCall) -> bool:
    return _drop_pending_updates_if_asked(call)


@method("getWebhookInfo")
def get_webhook_info(call: MethodCall) -> Json:
    queue = call.bot.queue
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(queue)}
    return info if queue.allowed is None else info | {"allowed_updates": sorted(queue.allowed)}


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(call: MethodCall) -> bool:
    if not call.parameters.get("url"):
        return _drop_pending_updates_if_asked(call)
    raise bad_request("bad webhook: the playground has no webhooks, use getUpdates")


def _drop_pending_updates_if_asked(call: MethodCall) -> bool:
    if boolean(call.parameters, "drop_pending_updates"):
        call.bot.queue.clear()
    return True
