"""What the report of an announcement says and offers, when it is being taken back and after."""

import pytest

from bot.broadcast.delivery.requests import DELETABLE_FOR
from bot.broadcast.delivery.service import Progress
from bot.broadcast.progress import progress_screen
from bot.broadcast.progress.progress_screen import View
from content.model import Lang
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import Job, JobReason, Status, Work
from tests.support.bot_and_playground import CAMPAIGN

BEGUN = 1_790_000_000.0
HOUR = 3600.0


def view(*jobs: Job) -> View:
    """Of one that was sent to 300 people in an hour."""
    sent = Job(Work.SEND, BEGUN, Status.OVER)
    progress = Progress(
        number=1, name="1", claimed=300, sent=300, refused=0, refused_for_now=0, unknown=0, left=0, skipped=0,
        in_flight=0, jobs={job.work: job for job in (sent, *jobs)}, begun=BEGUN, ended=BEGUN + HOUR,
        recall_until=BEGUN + HOUR + DELETABLE_FOR, stops_at=None,
    )  # fmt: skip
    return View(progress, 300, True, 30.0)


def shown(one: View, lang: str = "en") -> tuple[str, list[str]]:
    """The words, and the labels of the buttons."""
    screen = progress_screen.screen(Reader(CAMPAIGN, Lang(lang)), one, BEGUN + 2 * HOUR)
    return screen.text, [one.label for row in screen.rows for one in row]


def recall(status: Status, reason: JobReason | None = None, done: int = 0) -> Job:
    return Job(Work.RECALL, BEGUN + HOUR, status, reason, counts={"done": done})


def test_a_recall_shows_how_far_it_is_and_until_when_telegram_lets_it() -> None:
    text, _ = shown(view(recall(Status.READY, done=75)))

    assert "Is being deleted in every chat." in text
    assert "▓▓▓░░░░░░░░░ 25 %" in text
    assert "2026-09-23" in text  # 48 hours after the first message, not after the last
    assert "18:43" in text


def test_after_a_recall_it_was_taken_back_and_nothing_more_is_offered() -> None:
    text, labels = shown(view(recall(Status.OVER, done=300)))

    assert "Was taken back." in text
    assert "Sending has ended." not in text
    assert labels == []


def test_a_recall_that_was_stopped_can_be_begun_again() -> None:
    text, labels = shown(view(recall(Status.OVER, JobReason.STOPPED, 75)))

    assert "Was taken back." not in text
    assert "Done: 75" in text
    assert "Take it back" in labels


@pytest.mark.parametrize(("lang", "percent"), [("fa", "۵۰"), ("ps", "۵۰"), ("en", "50")])
def test_a_change_shows_how_far_it_is_in_the_digits_of_the_language(lang: str, percent: str) -> None:
    text, _ = shown(view(Job(Work.EDIT, BEGUN + HOUR, counts={"done": 100, "gone": 50})), lang)

    assert percent in text
