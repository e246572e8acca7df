"""Progress screens during and after an edit or a recall, and while people are in quiet hours."""

from dataclasses import replace

import pytest

from bot.broadcast.delivery.requests import DELETABLE_FOR
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress import progress_screen
from bot.broadcast.progress.progress_view import ProgressView
from content.model import Lang
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import Job, JobReason, Status, Work
from tests.support.bot_and_playground import CAMPAIGN

BEGUN = 1_790_000_000.0
HOUR = 3600.0


def view(*jobs: Job) -> ProgressView:
    """Return the view of a broadcast that was sent to 300 people in an hour, with further jobs."""
    sent = Job(Work.SEND, BEGUN, Status.OVER)
    progress = Progress(
        number=1, name="1", claimed=300, sent=300, refused=0, refused_for_now=0, unknown=0, left=0, skipped=0,
        in_flight=0, jobs={job.work: job for job in (sent, *jobs)}, begun=BEGUN, ended=BEGUN + HOUR,
        recall_until=BEGUN + HOUR + DELETABLE_FOR, stops_at=None,
    )  # fmt: skip
    return ProgressView(progress, 300, True, 30.0)


def shown(progress_view: ProgressView, lang: str = "en") -> tuple[str, list[str]]:
    """Return the text of the screen and the labels of its buttons."""
    screen = progress_screen.screen(Reader(CAMPAIGN, Lang(lang)), progress_view, BEGUN + 2 * HOUR)
    return screen.text, [button.label for row in screen.rows for button in row]


def recall(status: Status, reason: JobReason | None = None, done: int = 0) -> Job:
    return Job(Work.RECALL, BEGUN + HOUR, status, reason, counts={"done": done})


def test_a_recall_shows_its_progress_and_its_deadline() -> None:
    text, _ = shown(view(recall(Status.READY, done=75)))

    assert "Is being deleted in every chat." in text
    assert "▓▓▓░░░░░░░░░ 25%" in text
    assert "2026-09-23" in text  # 48 hours after the first message, not after the last
    assert "18:43" in text


def test_a_recalled_broadcast_says_so_and_offers_nothing_more() -> None:
    text, labels = shown(view(recall(Status.OVER, done=300)))

    assert "Was deleted for everyone." in text
    assert "Sending has ended." not in text
    assert labels == ["Show the texts", "All announcements"]


def test_a_stopped_recall_can_be_started_again() -> None:
    text, labels = shown(view(recall(Status.OVER, JobReason.STOPPED, 75)))

    assert "Was deleted for everyone." not in text
    assert "Done: 75" in text
    assert "Delete for everyone" in labels


@pytest.mark.parametrize(("lang", "percent"), [("fa", "۵۰"), ("ps", "۵۰"), ("en", "50")])
def test_an_edit_shows_its_progress_in_the_digits_of_the_language(lang: str, percent: str) -> None:
    text, _ = shown(view(Job(Work.EDIT, BEGUN + HOUR, counts={"done": 100, "gone": 50})), lang)

    assert percent in text


def test_a_withdrawal_days_later_names_no_time_that_is_past() -> None:
    recall = view(Job(Work.RECALL, BEGUN + 90 * HOUR))
    reader = Reader(CAMPAIGN, Lang("en"))

    assert "Telegram allows" in progress_screen.screen(reader, recall, BEGUN + HOUR).text
    assert "Telegram allows" not in progress_screen.screen(reader, recall, BEGUN + 90 * HOUR).text


def asleep(waiting: int, is_everyone: bool = True, status: Status = Status.READY) -> ProgressView:
    """Return the view of a broadcast that `waiting` of 300 people get when their quiet hours end."""
    jobs = {Work.SEND: Job(Work.SEND, BEGUN + 9 * HOUR, status)}
    before = view()
    progress = replace(before.progress, sent=300 - waiting, waiting=waiting, jobs=jobs, ended=None, recall_until=None)
    return replace(before, progress=progress, is_everyone=is_everyone)


@pytest.mark.parametrize("is_everyone", [True, False])
@pytest.mark.parametrize("waiting", [1, 9])
def test_a_small_number_of_people_in_quiet_hours_cannot_be_read_or_computed(waiting: int, is_everyone: bool) -> None:
    text, labels = shown(asleep(waiting, is_everyone))

    assert "Sent to everybody who gets announcements at once." in text
    assert "Waiting for the time that they chose: fewer than 10" in text
    assert "Sent: 290" in text
    assert "%" not in text
    assert "Still to come" not in text
    assert "Will be sent" not in text, "the next end of quiet hours is nobody's business"
    assert labels[:4] == ["Pause", "Stop", "Edit the text", "Delete for everyone"]


def test_a_larger_number_of_people_in_quiet_hours_is_rounded() -> None:
    text, _ = shown(asleep(77))

    assert "Waiting for the time that they chose: 70" in text
    assert "Sent: 220" in text


@pytest.mark.parametrize("lang", ["en", "fa", "ps"])
def test_a_frozen_announcement_says_so_and_can_still_be_stopped(lang: str) -> None:
    sending = replace(view(), progress=replace(view().progress, ended=None, jobs={Work.SEND: Job(Work.SEND, BEGUN)}))
    reader = Reader(CAMPAIGN, Lang(lang))
    running, _ = shown(sending, lang)
    frozen, labels = shown(replace(sending, is_frozen=True), lang)

    assert reader.say("progress.sending") in running
    assert reader.say("progress.sending") not in frozen
    assert reader.say("panic.progress") in frozen
    assert reader.say("button.stop_sending") in labels


def test_deleting_goes_on_while_the_bot_is_frozen() -> None:
    text, _ = shown(replace(view(recall(Status.READY, done=75)), is_frozen=True))

    assert "Is being deleted in every chat." in text
