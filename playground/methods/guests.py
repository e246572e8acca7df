"""The Bot API method answerGuestQuery, with which a bot answers in a chat of which it is not a member."""

from typing import Any

from playground.errors import bad_request
from playground.methods.inline import checked_result
from playground.methods.support.parameters import structure, text
from playground.methods.support.registry import MethodCall, method
from playground.world.model import Message, User
from playground.world.pending_queries import TOO_OLD

Json = dict[str, Any]


@method("answerGuestQuery", "guest_query_id result")
def answer_guest_query(call: MethodCall) -> Json:
    result = checked_result(call, structure(call.parameters, "result"))
    query = text(call.parameters, "guest_query_id")
    bot, mention = call.state.guest_queries.get(query, (None, None))
    if bot is not call.bot or mention is None or not isinstance(mention.sender, User):
        raise bad_request(TOO_OLD)
    del call.state.guest_queries[query]
    answer = Message(
        call.state.new_message_id(),
        mention.chat,
        call.bot,
        int(call.now()),
        result["content"],
        reply_markup=result.get("reply_markup"),
        reply_to=mention.id,
        inline_message_id=f"box-guest-{call.bot.id}-{query}",
        guest_caller=mention.sender,
    )
    call.state.add_message(answer)
    return {"inline_message_id": str(answer.inline_message_id)}
