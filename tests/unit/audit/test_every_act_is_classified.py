"""No act of an admin is left out of the audit log: every button, stage and writing module says what it records.

Add what is new to the table of its test: the act that it records, or why it records none.
"""

import ast
import inspect
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.audit.trail import BOT
from bot.broadcast.authoring import request_acts
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.request_acts import DraftChange
from bot.broadcast.delivery.service import BroadcastService
from bot.model.announcement import Piece
from storage.audit.record import AuditAct

ROOT = Path(__file__).parents[3]
OWNER, OTHER = 1009, 1010

READS = "shows something, or changes nothing but the admin's own draft"
# If one of these changes a draft that waits for approval, the request ends: `request_acts` records that.
DRAFT_BUTTONS: dict[str, object] = {
    **dict.fromkeys(("drop", "another", "restart", "dropped", "main", "text", "links", "cut", "unlink"), READS),
    **dict.fromkeys(("nomedia", "share", "first", "clean", "when", "at", "now", "zones", "zone"), READS),
    **dict.fromkeys(("whom", "everyone", "topic", "reads", "chan", "urgent", "card"), READS),
    "stop": AuditAct.CANCELLED,
    "send": AuditAct.REQUESTED,
    "yes": AuditAct.APPROVED,
    "no": AuditAct.REFUSED,
}
LIST_BUTTONS = dict.fromkeys(("new", "list", "write", "draft", "ask", "open", "text"), READS)

STAGES: dict[tuple[Stage, Stage], dict[int, AuditAct]] = {
    (Stage.WRITING, Stage.ASKED): dict.fromkeys((OWNER, OTHER, BOT), AuditAct.REQUESTED),
    (Stage.WRITING, Stage.DELAYED): dict.fromkeys((OWNER, OTHER, BOT), AuditAct.REQUESTED_ALONE),
    (Stage.ASKED, Stage.HANDED): dict.fromkeys((OWNER, OTHER, BOT), AuditAct.APPROVED),
    (Stage.ASKED, Stage.WRITING): {OWNER: AuditAct.CANCELLED, OTHER: AuditAct.REFUSED, BOT: AuditAct.LAPSED},
    (Stage.DELAYED, Stage.WRITING): {OWNER: AuditAct.CANCELLED, OTHER: AuditAct.REFUSED, BOT: AuditAct.LAPSED},
    (Stage.HANDED, Stage.WRITING): {BOT: AuditAct.LAPSED},
    # The minute of an only admin is over: creating the broadcast is recorded as sent.
    (Stage.DELAYED, Stage.HANDED): {},
    # No draft gets from the one stage to the other.
    (Stage.WRITING, Stage.HANDED): {},
    (Stage.ASKED, Stage.DELAYED): {},
    (Stage.DELAYED, Stage.ASKED): {},
    (Stage.HANDED, Stage.ASKED): {},
    (Stage.HANDED, Stage.DELAYED): {},
}

WRITERS = {
    "bot/audit/pseudonyms.py": "the log's own data",
    "bot/audit/trail.py": "the log itself",
    "bot/broadcast/authoring/admins.py": "the language of an admin",
    "bot/broadcast/authoring/draft_store.py": "recorded by the stage of the draft",
    "bot/broadcast/delivery/service.py": "recorded by each method",
    "bot/broadcast/delivery/channel/channel_acts.py": "recorded by each method",
    "bot/broadcast/progress/watchlist.py": "which message shows the progress",
    # Delivery: the bot does what was recorded before, or pauses by itself.
    **dict.fromkeys(
        [
            "bot/broadcast/delivery/amend_job.py",
            "bot/broadcast/delivery/channel/channel_job.py",
            "bot/broadcast/delivery/engine.py",
            "bot/broadcast/delivery/restore_check.py",
            "bot/broadcast/delivery/results/list_updates.py",
            "bot/broadcast/delivery/send_job.py",
            "bot/broadcast/delivery/waiting/pruning.py",
        ],
        "no admin",
    ),
    "bot/broadcast/authoring/confirmations.py": "who confirmed: recorded as approved, or approved again",
    "bot/dispatch/admin_menu.py": "the admin's own menu",
    "bot/feedback/conversation_store.py": "recorded by each method with an admin; the others are acts of people",
    **dict.fromkeys(
        (
            "bot/channel/channel_store.py",
            "bot/panic/panic_record.py",
            "bot/second_factor/factors.py",
            "bot/team/team_storage.py",
        ),
        "recorded in the same transaction",
    ),
    "bot/cli/playing/demo.py": "invented data",
}


@pytest.mark.parametrize(
    ("files", "classified"),
    [
        (("authoring/editor.py", "authoring/editor_actions.py"), DRAFT_BUTTONS),
        (("overview/announcement_list.py",), LIST_BUTTONS),
    ],
    ids=["draft", "list"],
)
def test_every_button_of_drafts_and_of_the_list_is_classified(
    files: tuple[str, ...], classified: dict[str, object]
) -> None:
    assert {word for file in files for word in words_matched_in(ROOT / "bot/broadcast" / file)} == set(classified)


def words_matched_in(path: Path) -> Iterator[str]:
    """Yield the words that are patterns of a `match` in a module: the actions of buttons."""
    cases = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.match_case))
    for node in (pattern for case in cases for pattern in ast.walk(case.pattern)):
        if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def test_every_change_of_a_drafts_stage_is_classified() -> None:
    assert set(STAGES) == {(before, after) for before, after in product(Stage, Stage) if before is not after}


@pytest.mark.parametrize("stages", STAGES, ids=lambda stages: f"{stages[0]}-{stages[1]}")
@pytest.mark.parametrize("by", [OWNER, OTHER, BOT], ids=["owner", "other", "bot"])
def test_a_change_of_a_drafts_stage_is_the_act_of_its_table(stages: tuple[Stage, Stage], by: int) -> None:
    before, after = (Draft("en", "en", {"en": Piece("Tomorrow")}, stage=stage) for stage in stages)
    recorded = [entry.act for entry in request_acts.entries(DraftChange(before, after), OWNER, by)]

    assert recorded == ([STAGES[stages][by]] if by in STAGES[stages] else [])


@pytest.mark.parametrize("stage", Stage)
def test_a_draft_that_stays_in_its_stage_records_nothing_and_an_erased_one_ends_its_request(stage: Stage) -> None:
    draft = Draft("en", "en", {"en": Piece("Tomorrow")}, stage=stage)
    ended = STAGES.get((stage, Stage.WRITING), {}).get(OWNER)

    assert not list(request_acts.entries(DraftChange(draft, draft), OWNER, OWNER))
    assert [entry.act for entry in request_acts.entries(DraftChange(draft, None), OWNER, OWNER)] == (
        [ended] if ended else []
    )


def test_a_price_is_recorded_with_the_request() -> None:
    draft = Draft("en", "en", {"en": Piece("Tomorrow")}, stage=Stage.ASKED, stars=120)
    recorded = list(request_acts.entries(DraftChange(None, draft), OWNER, OWNER))

    assert [(entry.act, entry.subject) for entry in recorded] == [("requested", ""), ("price_accepted", "120 Stars")]


def test_nobody_changes_a_broadcast_without_saying_who_does_it() -> None:
    """Only the bot calls `require_confirmation`, when an admin who confirmed something lost the right to."""
    methods = inspect.getmembers(BroadcastService, inspect.iscoroutinefunction)
    changing = {name for name, _ in methods if not name.startswith("_")} - {
        "announcement",
        "forget",
        "require_confirmation",
    }

    for name in changing:
        by = inspect.signature(getattr(BroadcastService, name)).parameters["by"]
        assert by.default is inspect.Parameter.empty, name


def test_every_module_that_writes_to_the_database_is_classified() -> None:
    paths = (ROOT / "bot").rglob("*.py")
    writing = {path.relative_to(ROOT).as_posix() for path in paths if is_writing(path)}

    assert writing == set(WRITERS)


def is_writing(path: Path) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(
        isinstance(call, ast.Attribute) and call.attr in ("transaction", "changing", "creating") for call in calls
    )
