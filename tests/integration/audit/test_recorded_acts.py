"""All that admins do is in the audit log, and the other admins are notified at once of what one of them did alone."""

import asyncio
import re
from pathlib import Path

from bot.audit.trail import OPERATOR, AuditEntry, AuditTrail
from bot.broadcast.progress import progress_actions
from bot.broadcast.progress.notices.act_notices import NOTIFIED
from bot.broadcast.progress.progress_actions import ProgressAction
from bot.model import announcement
from bot.model.announcement import Announcement, Piece
from bot.model.events import UserId
from bot.model.roles import Role
from bot.team.invitations import digest_of
from bot.team.membership import Team
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from storage import sqlite
from storage.audit import chain
from storage.audit.record import AuditAct, AuditRecord
from storage.deliveries.broadcast_state import Job, JobReason, Status, Work
from storage.deliveries.channel_post import ChannelPost, PostFailure, PostStatus, PostWork
from storage.store import Store, reading
from tests.support.announcement_admins import new_subscriber, only_admin, two_admins
from tests.support.bot_and_playground import BotAndPlayground
from tests.support.broadcast_sender import ADMIN, ServiceOfOneAdmin
from tests.support.storage_process import place_in
from tests.support.subscriptions import press_planted
from tests.support.team import join, only_owner, suspend

OTHER = 1010
READY, PAUSED, OVER = Job(Work.SEND, 0.0), Job(Work.SEND, 0.0, Status.PAUSED), Job(Work.SEND, 0.0, Status.OVER)
UNCONFIRMED = Job(Work.SEND, 0.0, Status.PAUSED, JobReason.UNCONFIRMED)
HELD = Job(Work.SEND, 0.0, Status.PAUSED, JobReason.HELD)
POSTS = (
    ChannelPost("en", PostStatus.REFUSED, failed=PostWork.POST, failure=PostFailure.NO_RIGHT),
    ChannelPost("fa", PostStatus.UNKNOWN),
)
PROGRESS_BUTTONS: dict[ProgressAction, tuple[Job, AuditAct | None]] = {
    ProgressAction.PAUSE: (READY, AuditAct.PAUSED),
    ProgressAction.RESUME: (PAUSED, AuditAct.RESUMED),
    ProgressAction.STOP: (PAUSED, AuditAct.STOPPED),
    ProgressAction.RECALL: (READY, AuditAct.WITHDRAWN),
    ProgressAction.RESEND: (OVER, AuditAct.RESENT_UNKNOWN),
    ProgressAction.RETRY: (OVER, AuditAct.RESENT_REFUSED),
    ProgressAction.CONFIRM: (UNCONFIRMED, AuditAct.APPROVED_AGAIN),
    ProgressAction.SEND: (HELD, AuditAct.RELEASED),
    ProgressAction.ONLY_UNSENT: (HELD, AuditAct.RELEASED_UNSENT),
    ProgressAction.CHANNEL: (OVER, AuditAct.CHANNEL_RETRIED),
    ProgressAction.POST: (OVER, AuditAct.CHANNEL_POSTED_AGAIN),
    # These show something. An edit is recorded when its request is made and when another admin approves it.
    **dict.fromkeys((ProgressAction.SHOW, ProgressAction.CHART), (READY, None)),
    **dict.fromkeys((ProgressAction.EDIT, ProgressAction.REPLACE_DRAFT), (READY, None)),
    **dict.fromkeys((ProgressAction.TIME, ProgressAction.TIME_REPLACING_DRAFT), (READY, None)),
    **dict.fromkeys((ProgressAction.NOW, ProgressAction.NOW_REPLACING_DRAFT), (READY, None)),
    **dict.fromkeys(progress_actions.CONFIRMED, (READY, None)),
}


async def records(place: BotAndPlayground) -> list[AuditRecord]:
    """Return the audit log of a running bot, after checking that it is whole."""
    chosen = place.settings()
    async with reading(chosen.database, chosen.keys) as store:
        contents = await store.audit.read_all(store.database)
    assert chain.find_flaws(contents.stored, contents.head, contents.unopened) == []
    return list(chain.decoded(contents.stored))


async def acts(place: BotAndPlayground) -> list[str]:
    return [record.act for record in await records(place)]


async def test_a_refused_a_cancelled_and_an_approved_request_are_recorded(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await admins.request()
        await admins.other.press_under("Another admin wants", "Reject")
        await admins.writer.sees("Another admin rejected your announcement")
        await admins.send("Tomorrow at one")
        await admins.request("Tomorrow at two")
        await admins.writer.press_under("Waiting for another admin", "Cancel")
        recorded = await records(admins.place)

    assert [record.act for record in recorded] == [
        *("requested", "refused"),
        *("requested", "approved", "sent"),
        *("requested", "cancelled"),
    ]
    writer, other = recorded[0].person, recorded[1].person
    assert writer != other
    assert [record.person for record in recorded] == [writer, other, writer, other, other, writer, writer]
    assert len({record.content for record in recorded[2:5]}) == 1
    assert len({record.content for record in recorded}) == 3
    assert {record.role for record in recorded} == {"owner"}


async def test_nobody_confirms_their_own_request(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await admins.request()
        question = await admins.other.sees("Another admin wants")
        button = question["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        signer = Signer(admins.place.playground.token)
        opened = signer.verify(button, UserId(admins.other.id), admins.clock())
        assert opened is not None
        own = signer.sign(UserId(admins.writer.id), Lang("en"), opened.action, admins.clock())
        await press_planted(admins.place, admins.writer, own)

        assert admins.writer.toast == "Another admin has to confirm it."
        async with asyncio.timeout(10):
            while await acts(admins.place) != ["requested", "denied"]:
                await asyncio.sleep(0.05)


async def test_pausing_stopping_and_withdrawing_are_recorded_and_the_other_admin_is_notified(tmp_path: Path) -> None:
    async with two_admins(tmp_path, people=400, language="fa") as admins:
        await admins.begin_sending()
        await admins.writer.press_under("Is being sent", "Pause")
        await admins.other.sees(admins.phrase("act.paused", who="", number=1))
        await admins.writer.press_under("Paused by an admin", "Stop")
        await admins.writer.press_under("Stop announcement no. 1 for good?", "Yes, stop it")
        await admins.other.sees(admins.phrase("act.stopped", who="", number=1))
        await admins.writer.press_under("Can be changed or deleted", "Delete for everyone")
        await admins.writer.press_under("Delete announcement no. 1 in every chat?", "Yes, delete it everywhere")
        await admins.other.sees(admins.phrase("act.withdrawn", who="", number=1))
        recorded = await records(admins.place)
        own = [text for text in map(str, await admins.writer.messages()) if "Another admin" in text]

    assert [record.act for record in recorded] == ["requested", "approved", "sent", "paused", "stopped", "withdrawn"]
    assert len({record.subject for record in recorded[2:]}) == 1
    assert not own


async def test_an_edit_is_recorded_with_its_new_hash(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await admins.send()
        await admins.writer.press_under("Sending has ended", "Edit the text")
        await admins.writer.press_under("This changes announcement no. 1", "✓ English")
        await admins.writer.sees("Now send what those who read English")
        await admins.writer.say("Tomorrow at one")
        await admins.writer.press_under("This changes announcement no. 1", "Review and send")
        await admins.writer.press_under("has to confirm", "Ask for approval")
        await admins.other.press_under("with the one above", "Approve")
        await reader.sees("Tomorrow at one")
        recorded = await records(admins.place)

    assert [record.act for record in recorded] == ["requested", "approved", "sent", "requested", "approved", "edited"]
    assert len({record.content for record in recorded[:3]}) == len({record.content for record in recorded[3:]}) == 1
    assert recorded[2].content != recorded[5].content


async def test_an_only_admin_is_recorded_too(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, reader):
        await admins.request()
        admins.clock.ahead += 61
        await reader.sees("Tomorrow at noon")

        assert await acts(admins.place) == ["requested_alone", "sent"]


async def test_the_head_is_in_the_chats_of_both_admins_and_each_sees_their_pseudonym(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await admins.send()
        shown = [await person.sees("Log of what admins did") for person in (admins.writer, admins.other)]
        await admins.other.say("/mydata")
        stored = await admins.other.sees("What is stored about you")
        await admins.writer.say("/announcements")
        listed = await admins.writer.sees("Announcements")
        await admins.other.say("/forget")
        await admins.other.say("/mydata")
        forgotten = await admins.other.sees("Pseudonym")
        recorded = await records(admins.place)
        chosen = admins.place.settings()
        async with reading(chosen.database, chosen.keys) as store:
            contents = await store.audit.read_all(store.database)

    heads = [re.findall(r"\u200e(3 [0-9a-f ]{19})", str(message["text"])) for message in (*shown, listed)]
    assert heads == [[str(contents.head)]] * 3
    assert recorded[1].person in str(stored["text"])
    assert recorded[1].person in str(forgotten["text"])
    assert recorded[0].person not in str(stored["text"])


async def test_the_pseudonym_of_somebody_who_is_no_longer_an_admin_is_erased(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        for admins in ([ADMIN], [ADMIN], [], [ADMIN]):
            trail = AuditTrail(store, lambda: 1.0)
            await trail.open(admins)
            await trail.record_alone(AuditEntry(AuditAct.CLOCK_CONFIRMED, ADMIN))
        people = [record.person for record in await _stored(store)]
        stored = await store.documents.all(store.database, b"")

    assert people[0] == people[1] != people[2]
    assert people[0].encode() not in b"".join(stored.values())


async def test_two_acts_of_somebody_new_in_one_transaction_have_one_pseudonym(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        trail = AuditTrail(store, lambda: 1.0)
        async with store.database.transaction() as transaction:
            await trail.record(transaction, AuditEntry(AuditAct.REQUESTED, ADMIN))
            await trail.record(transaction, AuditEntry(AuditAct.PRICE_ACCEPTED, ADMIN))

        assert {record.person for record in await _stored(store)} == {trail.pseudonym(ADMIN)}


async def test_the_restore_of_a_backup_is_recorded(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened():
        pass
    sqlite.mark_copy(place.database)
    async with place.opened() as store:
        await AuditTrail(store, lambda: 1.0).open([ADMIN])

        restores = [(record.act, record.role, record.person, record.subject) for record in await _stored(store)]
        assert restores == [("backup_restored", "operator", "", "0 0")]


# The team


async def test_changes_of_the_team_are_recorded_under_the_pseudonyms_of_both(tmp_path: Path) -> None:
    async with only_owner(tmp_path) as team:
        await join(team, team.writer, "Editor", "Nadia")
        await suspend(team.writer, "Editors")
        await team.writer.sees("suspended")
        recorded = await records(team.place)

    invited, joined, suspended = recorded
    assert [record.act for record in recorded] == ["invited", "joined", "suspended"]
    assert (invited.role, joined.role, suspended.role) == ("owner", "editor", "owner")
    assert invited.person == suspended.person != joined.person
    assert invited.subject == "editor"
    assert joined.subject.split()[0] == suspended.subject.split()[0] == joined.person


async def test_every_act_on_the_team_is_recorded_and_somebody_removed_keeps_no_pseudonym(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        trail = AuditTrail(store, lambda: 1.0)
        team = Team([ADMIN], store, trail, key=b"key", now=lambda: 1.0)
        cancelled = digest_of(await _invited(team))
        await team.cancel_invitation(cancelled, by=ADMIN)
        await team.accept(OTHER, digest_of(await _invited(team)), "Nadia")
        await team.change_role(OTHER, Role.APPROVER, by=ADMIN)
        await team.suspend(OTHER, by=ADMIN)
        await team.restore(OTHER, by=OPERATOR)
        await team.rename(OTHER, "Amina")
        assert trail.pseudonym(OTHER) is not None
        await team.remove(OTHER, by=ADMIN)
        assert trail.pseudonym(OTHER) is None
        await team.accept(OTHER, digest_of(await _invited(team)), "Nadia")
        await team.forget(OTHER)
        assert trail.pseudonym(OTHER) is None
        recorded = await _stored(store)
        pseudonyms = await store.documents.get(store.database, b"audit/pseudonyms")

    assert [record.act for record in recorded] == [
        *("invited", "invitation_cancelled", "invited", "joined", "role_changed", "suspended", "restored"),
        *("renamed", "removed", "invited", "joined", "left"),
    ]
    assert recorded[6].role == "operator"
    assert not recorded[6].person
    assert str(OTHER).encode() not in (pseudonyms or b"")


async def _invited(team: Team) -> str:
    secret = await team.invite(ADMIN, Role.EDITOR)
    assert isinstance(secret, str)
    return secret


# Buttons of the progress screens


def test_every_button_of_a_progress_screen_is_classified() -> None:
    assert set(PROGRESS_BUTTONS) == set(ProgressAction)


async def test_every_button_of_a_progress_screen_records_its_act(tmp_path: Path) -> None:
    content = announcement.encode(Announcement("en", {"en": Piece("Tomorrow")}))
    async with place_in(tmp_path).opened() as store:
        trail, noticed = AuditTrail(store, lambda: 1.0), list[AuditAct]()
        trail.subscribe(lambda entry: noticed.append(entry.act))
        service = ServiceOfOneAdmin(store, trail, lambda number: None, lambda: 1.0)
        for action, (job, act) in PROGRESS_BUTTONS.items():
            async with store.broadcasts.creating(content, job, 0.0, POSTS) as created:
                state = created.standing
            before = len(await _stored(store))
            await progress_actions.perform(action, state.number, service, by=ADMIN)
            recorded = (await _stored(store))[before:]
            assert [(record.act, record.subject) for record in recorded] == ([(act, state.name)] if act else []), (
                action
            )
            await progress_actions.perform(action, state.number, service, by=ADMIN)  # nothing left to do, or again
    assert noticed.count(AuditAct.STOPPED) == 1
    assert NOTIFIED - set(noticed) == {
        AuditAct.CLOCK_CONFIRMED,
        AuditAct.CHANNEL_NAMED,
        AuditAct.CHANNEL_FORGOTTEN,
    }


async def _stored(store: Store) -> list[AuditRecord]:
    contents = await store.audit.read_all(store.database)
    return list(chain.decoded(contents.stored))
