"""Define a record of the audit log, its canonical form, and the head of the chain of records.

The canonical form is the JSON that is encrypted and stored. The hash of a record is the SHA-256 of its canonical
form. Each record contains the hash of the record before it. Therefore a change of any record changes the hashes of
all later ones. The module does no I/O.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import msgspec

_HEAD = struct.Struct(">Q32s")
_SHOWN_DIGITS = 16  # hexadecimal digits of a hash that people see; 2^64 attempts to find another chain with them
_GROUP = 4
GENESIS = bytes(32)  # the hash before the first record


class AuditAct(StrEnum):
    """An act of an admin, or of the bot itself. The values are stored, so never change one."""

    REQUESTED = "requested"  # asked other admins to approve an announcement, or an edit of one
    REQUESTED_ALONE = "requested_alone"  # began the minute after which an only admin's announcement is sent
    PRICE_ACCEPTED = "price_accepted"  # of an announcement that costs Stars
    CANCELLED = "cancelled"  # ended one's own request, also by changing the draft
    APPROVED = "approved"
    APPROVED_AGAIN = "approved_again"  # because the admin who approved it lost the right to do so
    REFUSED = "refused"
    LAPSED = "lapsed"  # a request ended without an admin: too late, nobody to ask, or a crash
    SENT = "sent"  # created the broadcast, which may be scheduled
    EDITED = "edited"  # replaced the text of a broadcast everywhere
    RESCHEDULED = "rescheduled"  # and its text replaced, if there is a hash
    PAUSED = "paused"
    RESUMED = "resumed"
    RELEASED = "released"  # resumed what was held after a restore or downtime, for everybody
    RELEASED_UNSENT = "released_unsent"  # the same, only for those to whom nothing was sent
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    RESENT_UNKNOWN = "resent_unknown"
    RESENT_REFUSED = "resent_refused"
    CLOCK_CONFIRMED = "clock_confirmed"
    CHANNEL_NAMED = "channel_named"
    CHANNEL_FORGOTTEN = "channel_forgotten"
    CHANNEL_RETRIED = "channel_retried"  # what had failed in the channel
    CHANNEL_POSTED_AGAIN = "channel_posted_again"  # what may have been in the channel already
    INVITED = "invited"
    INVITATION_CANCELLED = "invitation_cancelled"
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    SUSPENDED = "suspended"
    MEMBER_RESTORED = "restored"
    REMOVED = "removed"
    RENAMED = "renamed"
    LEFT = "left"
    FROZEN = "frozen"  # sending and subscribing, in an emergency
    UNFROZEN = "unfrozen"
    SHREDDED = "shredded"
    FACTOR_SET_UP = "factor_set_up"
    FACTOR_LOCKED = "factor_locked"  # after wrong codes
    FACTOR_RECOVERY_USED = "factor_recovery_used"
    FACTOR_TURNED_ON = "factor_turned_on"  # required of the team
    FACTOR_TURNED_OFF = "factor_turned_off"
    FACTOR_ALLOWED = "factor_allowed"
    FACTOR_UNLOCKED = "factor_unlocked"
    FACTOR_WRONG_CODE = "factor_wrong_code"
    FACTOR_CODES_RENEWED = "factor_codes_renewed"  # new recovery codes in place of the old ones
    FACTOR_ERASED = "factor_erased"  # by /forget
    BACKUP_RESTORED = "backup_restored"  # records after the backup was made are missing: see `restore_note`
    KEYS_ROTATED = "keys_rotated"  # on request
    KEYS_COPIED = "keys_copied"
    KEYS_DESTROYED = "keys_destroyed"  # of an old epoch
    LIST_ADOPTED = "list_adopted"  # by another bot
    LIST_BEGUN = "list_begun"  # after a shred
    DENIED = "denied"  # an attempt of an admin, or with an invitation, that the bot refused
    FEEDBACK_ANSWERED = "feedback_answered"  # began to send an answer to a person
    FEEDBACK_MUTED = "feedback_muted"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An act in the log. `at` is in Unix seconds, and the numbers of records run from 1 without a gap.

    `act` is a value of `AuditAct`; a record that a later version wrote can have another value. `role` and `person`
    say who did it. `person` is a pseudonym, and empty for the bot itself. `subject` names what the act is about, such
    as a broadcast and its price, a member of the team and their role, or the random number of a conversation with a
    person. `content` is the SHA-256 of the announcement's text and audience; it is empty if the act concerns no
    announcement.
    """

    number: int
    at: int
    act: str
    role: str
    person: str
    subject: str
    content: bytes
    previous: bytes


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The head of the chain: the number and the hash of its last record.

    The head of an empty chain has the number 0.
    """

    number: int = 0
    digest: bytes = GENESIS

    def __str__(self) -> str:
        """Return the head as a text for people: the number and the first digits of the hash, in groups."""
        digits = self.digest.hex()[:_SHOWN_DIGITS]
        groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
        return " ".join([str(self.number), *groups])

    @property
    def packed(self) -> bytes:
        """Return the head as bytes, which `unpack_head` reads."""
        return _HEAD.pack(self.number, self.digest)


def unpack_head(packed: bytes) -> ChainHead:
    """Return the head that is encoded at the beginning of `packed`."""
    return ChainHead(*_HEAD.unpack_from(packed))


def encode(record: AuditRecord) -> bytes:
    """Return the canonical form of a record: JSON, which is hashed and stored."""
    return msgspec.json.encode(record)


def decode(content: bytes) -> AuditRecord:
    """Return the record in `content`. Fields that a later version added are ignored.

    Raises ValueError when a field is missing or has the wrong type.
    """
    return msgspec.json.decode(content, type=AuditRecord)


def digest_of(content: bytes) -> bytes:
    """Return the hash of a record: the SHA-256 of `content`, which is the record's canonical form."""
    return sha256(content).digest()
