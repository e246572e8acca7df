"""How the posts of an announcement change: nothing is posted twice, and no order of an admin is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.delivery import restore_check
from bot.broadcast.delivery.channel import post_rules
from bot.broadcast.delivery.results.outcome import NotSent, RefusedForNow, Sent, Unknown, Withdrawn
from bot.model.announcement import Announcement, ChannelPlan, LinkButton, Piece, content_digest, decode, encode
from bot.model.audience import Audience
from storage.deliveries import broadcast_state, channel_post
from storage.deliveries.broadcast_state import BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.channel_post import ChannelPost, PostFailure, PostStatus, PostWork
from storage.deliveries.ledger import Outcome

WAITING = ChannelPost("en")
CLAIMED = replace(WAITING, status=PostStatus.CLAIMED)
POSTED = replace(WAITING, status=PostStatus.POSTED, message=7)
NOT_SENT = (NotSent(), Withdrawn(Outcome.AGAIN))
RESULTS = st.sampled_from([Sent(7), Unknown("x"), *NOT_SENT, RefusedForNow("need administrator rights")])
ORDERS = [channel_post.to_edit, channel_post.to_delete, channel_post.cancelled, channel_post.retried]
PLAIN = Announcement("en", {"en": Piece("Tomorrow at noon"), "fa": Piece("فردا ظهر")})


def state(status: Status = Status.READY, reason: JobReason | None = None, *more: Job) -> BroadcastState:
    jobs = {job.work: job for job in (Job(Work.SEND, 100.0, status, reason), *more)}
    return BroadcastState(1, 0.0, key=b"x", jobs=jobs, posts=(WAITING,))


@given(orders=st.lists(st.sampled_from(ORDERS)), result=RESULTS)
def test_no_order_while_a_post_is_being_made_makes_it_a_second_time(
    orders: list[object], result: post_rules.PostResult
) -> None:
    posts: channel_post.Posts = (CLAIMED,)
    for order in orders:
        posts = order(posts)  # type: ignore[operator]
    [post] = posts
    after = post_rules.after_posting(post, state(), result)

    assert post.status is PostStatus.CLAIMED
    assert (after.next_work is PostWork.POST) == (result in NOT_SENT)
    assert after.status in (PostStatus.WAITING, PostStatus.POSTED, PostStatus.UNKNOWN, PostStatus.REFUSED)


@given(orders=st.lists(st.sampled_from(ORDERS[:2]), min_size=1))
def test_the_last_order_given_while_a_post_is_being_made_is_carried_out_after_it(orders: list[object]) -> None:
    posts: channel_post.Posts = (CLAIMED,)
    for order in orders:
        posts = order(posts)  # type: ignore[operator]
    after = post_rules.after_posting(posts[0], state(), Sent(7))

    assert after.next_work is (PostWork.DELETE if orders[-1] is channel_post.to_delete else PostWork.EDIT)


def test_a_second_edit_during_the_first_is_not_lost() -> None:
    [first] = channel_post.to_edit((POSTED,))
    [second] = channel_post.to_edit((first,))

    assert post_rules.after_amending(first, first).next_work is None
    assert post_rules.after_amending(second, first).next_work is PostWork.EDIT


def test_a_failed_edit_does_not_hide_that_the_post_is_to_be_deleted() -> None:
    [edited] = channel_post.to_edit((POSTED,))
    [withdrawn] = channel_post.to_delete((edited,))

    assert post_rules.failed(withdrawn, PostWork.EDIT, PostFailure.NO_RIGHT).next_work is PostWork.DELETE


@pytest.mark.parametrize("reason", [JobReason.STOPPED, JobReason.RECALLED, JobReason.EXPIRED])
def test_what_was_not_sent_of_a_stopped_broadcast_is_cancelled(reason: JobReason) -> None:
    for result in NOT_SENT:
        after = post_rules.after_posting(CLAIMED, state(Status.OVER, reason), result)
        assert after.status is PostStatus.CANCELLED


@pytest.mark.parametrize(
    ("standing", "is_frozen", "is_due", "may"),
    [
        (state(), False, True, True),
        (state(), False, False, False),
        (state(), True, True, False),
        (state(Status.PAUSED, JobReason.ADMIN), False, True, False),
        (state(Status.PAUSED, JobReason.UNCONFIRMED), False, True, False),
        (state(Status.OVER), False, True, True),
        (state(Status.OVER), True, True, False),
    ],
)
def test_a_post_waits_with_the_people(standing: BroadcastState, is_frozen: bool, is_due: bool, may: bool) -> None:
    assert (post_rules.next_post(standing, is_due=is_due, is_frozen=is_frozen) is not None) is may


def test_a_freeze_and_a_pause_hold_edits_but_a_freeze_never_holds_a_deletion() -> None:
    edit = replace(state(), posts=channel_post.to_edit((POSTED,)))
    delete = replace(state(), posts=channel_post.to_delete((POSTED,)))
    paused = Job(Work.EDIT, 0.0, Status.PAUSED)

    assert post_rules.next_post(edit, is_due=True, is_frozen=False)
    assert not post_rules.next_post(edit, is_due=True, is_frozen=True)
    assert not post_rules.next_post(edit.with_job(paused), is_due=True, is_frozen=False)
    assert post_rules.next_post(delete.with_job(paused), is_due=True, is_frozen=True)


@pytest.mark.parametrize(
    ("standing", "is_restored", "status"),
    [
        (state(), True, PostStatus.UNKNOWN),
        (state(), False, PostStatus.WAITING),
        (state(Status.OVER), False, PostStatus.UNKNOWN),
        (replace(state(), jobs={Work.SEND: Job(Work.SEND, 900.0)}), True, PostStatus.WAITING),
    ],
    ids=["copy", "silence", "order after the end", "scheduled"],
)
def test_what_another_process_may_have_posted_is_unknown(
    standing: BroadcastState, is_restored: bool, status: PostStatus
) -> None:
    [post] = restore_check._with_posts_in_doubt(standing, 500.0, is_restored=is_restored).posts

    assert post.status is status


def test_a_state_of_an_earlier_version_has_no_posts_and_one_of_this_version_keeps_them() -> None:
    stored = broadcast_state.encode(state())
    earlier = stored.replace(b',"posts":[', b',"later_field":[')

    assert broadcast_state.decode(stored) == state()
    assert broadcast_state.decode(earlier).posts == ()


def test_an_announcement_without_a_channel_has_the_hash_that_it_had_before_there_were_channels() -> None:
    """The audit logs of earlier versions contain such hashes, and pending requests are found by them."""
    buttons = ((LinkButton("x", "https://example.org"),),)
    pieces = {"en": PLAIN.pieces["en"], "fa": replace(PLAIN.pieces["fa"], buttons=buttons)}
    audience = Audience(frozenset({3, 1, 2}), frozenset({"fa", "en"}))
    old = Announcement("en", pieces, audience, sources={"text.en": 5})
    draft = Draft("en", "en", {"en": Piece("Tomorrow")}, nonce="ab")

    assert content_digest(old).hex() == "b035c48c87baa98d1185986c649e9974db1135a66486ec0869038c9318ab6bb7"
    assert draft_model.approval_code(draft, 1009) == "e5dw4w37qlgpyjnf2ecz"
    assert draft_model.text_code(draft) == "35jsweevxjnfxobx"


def test_the_channel_and_its_languages_are_part_of_what_is_approved() -> None:
    plans = [None, ChannelPlan("aa", ("en",)), ChannelPlan("bb", ("en",)), ChannelPlan("aa", ("en", "fa"))]
    announcements = [replace(PLAIN, channel=plan) for plan in plans]
    drafts = [Draft("en", "en", dict(PLAIN.pieces), channel=plan) for plan in plans]

    assert len({content_digest(announcement) for announcement in announcements}) == len(plans)
    assert len({draft_model.approval_code(draft, 1009) for draft in drafts}) == len(plans)
    assert [decode(encode(announcement)) for announcement in announcements] == announcements


def test_a_language_without_a_text_of_its_own_has_no_post() -> None:
    plan = ChannelPlan("aa", ("en", "fa"))
    draft = Draft("en", "en", {"en": Piece("Tomorrow")}, channel=plan)

    assert draft_model.planned_posts(draft) == ChannelPlan("aa", ("en",))
    assert draft_model.planned_posts(replace(draft, pieces={"ps": Piece("سبا")})) is None
    assert draft_model.planned_posts(replace(draft, edited_broadcast=3)) == plan
