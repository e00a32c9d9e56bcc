"""The link "this wasn't me" of a notice, its port, and its changes."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from proofup.values.changes import Change
from proofup.values.ids import CorrelationId, UserId

LIFETIME = timedelta(days=7)  # at least, even if the mail is sent late
MAIL_LIFETIME = timedelta(days=3)  # a mail server may be away over a weekend
VALID = MAIL_LIFETIME + LIFETIME  # from the change on


class NoticeLink(Struct, frozen=True, kw_only=True):
    """The link of a notice; ``token_digest`` is SHA-256 of what the mail carries.

    ``made_at`` is when that happened of which the notice tells.
    """

    token_digest: bytes
    user_id: UserId
    correlation_id: CorrelationId
    made_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None


class NoticeLinks(Protocol):
    """Reads the links of notices."""

    async def by_token(self, token_digest: bytes) -> NoticeLink | None:
        """Return the link whose token has this digest."""
        ...


class OpenNoticeLink(Change, frozen=True, kw_only=True):
    """Stores a new link."""

    link: NoticeLink


class SpendNoticeLink(Change, frozen=True, kw_only=True):
    """Marks a link as used. Raises AlreadySpentError if it was used or has expired."""

    token_digest: bytes
    at: datetime


class EndNoticeLinks(Change, frozen=True, kw_only=True):
    """Lets no link of the user work any more."""

    user_id: UserId
