"""Which application waits for a person who signs in: its request is named in the page."""

from msgspec import Struct

from proofup.tokens.application import Application, Applications
from proofup.tokens.authorization import Authorizations
from proofup.tokens.first_party import FIRST_PARTY
from proofup.values.ids import token_digest

PATH = "/oauth/continue/"  # the token of a request follows


class WaitingApplications(Struct, frozen=True):
    """The port ``Destinations`` of signing in."""

    requests: Authorizations
    applications: Applications

    async def behind(self, page: str | None) -> Application | None:
        """Return the application whose request goes on at ``page``."""
        if page is None or not page.startswith(PATH):
            return None
        found = await self.requests.request(token_digest(page.removeprefix(PATH)))
        if found is None:
            return None
        built_in = FIRST_PARTY.get(found.application_id)
        return built_in or await self.applications.by_id(found.application_id)
