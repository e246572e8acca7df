"""List and erase the data that is stored about a person as an admin, for /mydata and /forget.

The subscription of the person is stored and erased elsewhere.
"""

from collections.abc import Iterator

from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.confirmations import Confirmations
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.dispatch.admin_menu import AdminMenu
from bot.second_factor.factors import Factors
from bot.team.member_names import shown_name
from bot.team.members import Member, Standing
from content.screens.reader import Reader


class AdminData:
    """List and erase what is stored about an admin.

    This is the role, the language, the choice of the menu, the draft, the progress screens, the confirmations of
    announcements, the pseudonym in the audit log and the second factor.
    """

    def __init__(
        self,
        admins: Admins,
        menu: AdminMenu,
        *,
        editor: Editor,
        monitor: ProgressMonitor,
        confirmations: Confirmations,
        trail: AuditTrail,
        factors: Factors,
    ) -> None:
        self._admins = admins
        self._menu = menu
        self._editor = editor
        self._monitor = monitor
        self._confirmations = confirmations
        self._trail = trail
        self._factors = factors

    def has_draft(self, admin: int) -> bool:
        """Return whether the admin has a draft of an announcement."""
        return self._editor.draft(admin) is not None

    def is_recorded(self, admin: int) -> bool:
        """Return whether a pseudonym is stored that stands for the admin in the audit log."""
        return self._trail.pseudonym(admin) is not None

    def lines(self, admin: int, reader: Reader) -> Iterator[str]:
        """Yield a line of text for each kind of data that is stored about the admin."""
        if member := self._admins.team.member(admin):
            yield from _team_lines(member, reader)
        if language := self._admins.language(admin):
            yield reader.say("mydata.admin", value=reader.language_name(language))
        if self._menu.is_stored(admin):
            yield reader.say(
                "admin_menu.stored", value=reader.say("word.yes" if self._menu.is_on(admin) else "word.no")
            )
        if draft := self._editor.draft(admin):
            yield reader.say("mydata.draft", value=_draft_languages(reader, draft))
        if number := self._monitor.shown_to(admin):
            yield reader.say("mydata.progress", value=reader.book.language.number(number))
        if pseudonym := self._trail.pseudonym(admin):
            yield reader.say("mydata.audit", value=pseudonym)
        if (factor := self._factors.record.of(admin)) in self._factors.record.people:
            yield reader.say("factor.stored", value=reader.book.language.number(len(factor.recovery)))
        if number := self._confirmations.count_of(admin):
            yield reader.say("team.stored_confirmations", number=number)

    async def on_rights_lost(self, user: int) -> None:
        """Erase what is stored about a person who is no longer in the team."""
        if self._admins.team.member(user) is None:
            await self.forget(user)

    async def forget(self, user: int) -> None:
        """Erase the draft, progress screens, confirmations, language and second factor of `user`.

        The admins' commands in this person's menu in Telegram are removed later. Then the stored choice of the menu
        is erased, too. For a person who stays an admin, keep the pseudonym in the audit log, so that a thief of the
        account cannot hide who did what. If `user` sends another message as an admin, the language is stored again.
        """
        await self._editor.forget(user)
        await self._monitor.forget(user)
        await self._confirmations.forget(user)
        await self._menu.forget(user)
        await self._admins.forget(user)
        is_member = self._admins.team.member(user) is not None
        await self._factors.forget(user, is_member=is_member)


def _team_lines(member: Member, reader: Reader) -> Iterator[str]:
    if member.is_configured and not member.name and member.standing is Standing.ACTIVE:
        return  # only ADMIN_IDS says that they are an owner, and nothing is stored
    key = "team.stored" if member.standing is Standing.ACTIVE else "team.stored_suspended"
    role = reader.say(f"team.role_{member.role.value}")
    yield reader.say(key, role=role, name=shown_name(reader, member))


def _draft_languages(reader: Reader, draft: Draft) -> str:
    names = [reader.language_name(lang) for lang in draft.pieces]
    return (reader.say("word.comma") + " ").join(names) or reader.say("mydata.draft_empty")
