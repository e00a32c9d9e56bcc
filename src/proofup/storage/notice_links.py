"""The links of notices: each lets its holder act once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from proofup.notices.link import EndNoticeLinks, NoticeLink, OpenNoticeLink, SpendNoticeLink
from proofup.storage.aggregate import Aggregate, Expiry, Writes, WritesMany
from proofup.storage.columns import count_or_none, instant_or_none
from proofup.storage.statements import Steps, Value, touched, touched_in_parts
from proofup.values.clock import from_microseconds, to_microseconds
from proofup.values.errors import AlreadySpentError
from proofup.values.ids import CorrelationId, UserId

LINK_BY_DIGEST = (
    "SELECT user_id, correlation_id, made_at, expires_at, spent_at "
    "FROM notice_links WHERE token_digest = ?"
)
OPEN_LINK = (
    "INSERT INTO notice_links (token_digest, user_id, correlation_id, made_at, expires_at, "
    "spent_at) VALUES (?, ?, ?, ?, ?, ?)"
)
SPEND_LINK = (
    "UPDATE notice_links SET spent_at = ? "
    "WHERE token_digest = ? AND spent_at IS NULL AND expires_at > ?"
)
END_LINKS_OF_MANY = "DELETE FROM notice_links WHERE user_id IN (?)"
END_LINKS = "DELETE FROM notice_links WHERE user_id = ?"


class NoticeLinkRows(Aggregate, frozen=True):
    """The port ``NoticeLinks``, and the changes of links."""

    expiry: ClassVar[Expiry | None] = Expiry(
        table="notice_links", key="token_digest", kept=timedelta(days=30)
    )

    async def by_token(self, token_digest: bytes) -> NoticeLink | None:
        """Return the link whose token has this digest."""
        found = await self.engine.rows(LINK_BY_DIGEST, token_digest)
        if not found:
            return None
        user_id, correlation_id, made_at, expires_at, spent_at = found[0]
        return NoticeLink(
            token_digest=token_digest,
            user_id=UserId(user_id),
            correlation_id=CorrelationId(correlation_id),
            made_at=from_microseconds(made_at),
            expires_at=from_microseconds(expires_at),
            spent_at=instant_or_none(spent_at),
        )

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {
            OpenNoticeLink: self.open,
            SpendNoticeLink: self.spend,
            EndNoticeLinks: self.end,
        }

    @property
    def writes_many(self) -> WritesMany:
        """How links of many are stored, and voided."""
        return {OpenNoticeLink: self.open_many, EndNoticeLinks: self.end_many}

    def open(self, change: OpenNoticeLink) -> Steps[None]:
        """Store a link."""
        yield from touched(OPEN_LINK, *_row(change.link))

    def open_many(self, changes: Sequence[OpenNoticeLink]) -> Steps[None]:
        """Store links."""
        yield from touched_in_parts(OPEN_LINK, [_row(one.link) for one in changes])

    def end_many(self, changes: Sequence[EndNoticeLinks]) -> Steps[None]:
        """Void all links of many users."""
        yield from touched_in_parts(END_LINKS_OF_MANY, [(one.user_id,) for one in changes])

    def spend(self, change: SpendNoticeLink) -> Steps[None]:
        """Mark a link as used; this write decides which of several clicks counts."""
        at = to_microseconds(change.at)
        if not (yield from touched(SPEND_LINK, at, change.token_digest, at)):
            raise AlreadySpentError

    def end(self, change: EndNoticeLinks) -> Steps[None]:
        """Void all links of the user."""
        yield from touched(END_LINKS, change.user_id)


def _row(link: NoticeLink) -> tuple[Value, ...]:
    return (
        link.token_digest,
        link.user_id,
        link.correlation_id,
        to_microseconds(link.made_at),
        to_microseconds(link.expires_at),
        count_or_none(link.spent_at),
    )
