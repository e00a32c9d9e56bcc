"""One entry of the audit log."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import field

from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, UserId


class Event(StrEnum):
    """What can happen; the word is stored, so a name is never given a new meaning."""

    SIGNED_IN = "signedIn"
    SIGN_IN_FAILED = "signInFailed"
    SIGNED_OUT = "signedOut"
    SESSION_ENDED = "sessionEnded"
    PROOF_RENEWED = "proofRenewed"
    CHALLENGE_SENT = "challengeSent"
    CHALLENGE_FAILED = "challengeFailed"
    METHOD_ADDED = "methodAdded"
    METHOD_REPLACED = "methodReplaced"
    METHOD_REMOVED = "methodRemoved"
    METHODS_RESET = "methodsReset"
    DEFAULT_CHANGED = "defaultMethodChanged"
    NOT_ME_REPORTED = "notMeReported"
    RECOVERY_CODES_MADE = "recoveryCodesMade"
    RECOVERY_CODE_USED = "recoveryCodeUsed"
    SENDING_STOPPED = "sendingStopped"
    FRAUD_REPORTED = "fraudReported"
    PROOFS_BLOCKED = "proofsBlocked"
    PROOFS_UNBLOCKED = "proofsUnblocked"
    MFA_STATE_CHANGED = "mfaStateChanged"
    POLICY_CHANGED = "policyChanged"
    DEVICE_REMEMBERED = "deviceRemembered"
    DEVICE_FORGOTTEN = "deviceForgotten"
    DEVICES_RESTORED = "rememberedDevicesRestored"
    DEVICE_REFUSED = "deviceRefused"
    INVITED = "invited"
    INVITATION_OPENED = "invitationOpened"
    REGISTRATION_STARTED = "registrationStarted"
    REGISTRATION_SKIPPED = "registrationSkipped"
    REGISTRATION_COMPLETED = "registrationCompleted"
    CHANGES_RELEASED = "changesReleased"
    SESSIONS_REVOKED = "sessionsRevoked"
    USER_ADDED = "userAdded"
    USER_CHANGED = "userChanged"
    PASSWORD_SET = "passwordSet"  # noqa: S105 - the name of an event
    ROLE_ASSIGNED = "roleAssigned"
    SERVICE_INITIALISED = "serviceInitialised"
    SERVICE_RESTORED = "serviceRestored"
    BACKUP_MADE = "backupMade"
    USERS_EXPORTED = "usersExported"
    KEYS_ROTATED = "keysRotated"
    KEYS_REMOVED = "keysRemoved"


class Entry(Change, frozen=True, kw_only=True):
    """Who did what to whom, from where, when, with which result; written as a change.

    ``actor`` is a user id or the name of a host command. ``target`` is the user it happened to.
    ``details`` hold ids, counts, masked numbers and reasons, never a secret or a full number.
    """

    at: datetime
    event: Event
    actor: str
    target: UserId | None
    succeeded: bool
    correlation_id: CorrelationId
    network: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Activity(Protocol):
    """Reads what happened to one person, newest first."""

    async def of_user(self, user_id: UserId, *, most: int) -> list[Entry]:
        """Return at most ``most`` entries whose target is the user."""
        ...
