"""Requests are answered only under the host of the public URL (security row WE1)."""

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from proofup.web.client import asks_for
from proofup.web.public_url import PublicUrl
from proofup.web.refusals import WrongHostError


class RightHost(Struct, frozen=True):
    """Raises WrongHostError if the request is for another host than that of the public URL."""

    app: ASGIApp
    public_url: PublicUrl

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or raise WrongHostError."""
        is_ours = asks_for(scope, self.public_url)
        if not is_ours:
            raise WrongHostError(400 if is_ours is None else 421, self.public_url.origin)
        await self.app(scope, receive, send)
