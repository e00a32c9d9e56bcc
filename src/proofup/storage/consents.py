"""What people allowed applications to do for them."""

from collections.abc import Mapping

import msgspec

from proofup.storage.aggregate import Aggregate, Writes
from proofup.storage.statements import Steps, row, touched
from proofup.tokens.consent import SetConsent
from proofup.values.errors import StaleError
from proofup.values.ids import ApplicationId, UserId

CONSENT = "SELECT scopes FROM consents WHERE user_id = ? AND application_id = ?"
CONSENT_NOW = f"{CONSENT} FOR UPDATE"
OF_USER = "SELECT application_id, scopes FROM consents WHERE user_id = ?"
SET_CONSENT = (
    "INSERT INTO consents (user_id, application_id, scopes) VALUES (?, ?, ?) "
    "ON CONFLICT (user_id, application_id) DO UPDATE SET scopes = excluded.scopes"
)
REMOVE = "DELETE FROM consents WHERE user_id = ? AND application_id = ?"

_scopes = msgspec.json.Decoder(frozenset[str])


class ConsentRows(Aggregate, frozen=True):
    """The port ``Consents``, and its change."""

    async def of(self, user_id: UserId, application_id: ApplicationId) -> frozenset[str]:
        """Return the scopes that the person allowed."""
        found = await self.engine.rows(CONSENT, user_id, application_id)
        return _scopes.decode(found[0][0]) if found else frozenset()

    async def of_user(self, user_id: UserId) -> Mapping[ApplicationId, frozenset[str]]:
        """Return all consents of the person, by application."""
        found = await self.engine.rows(OF_USER, user_id)
        return {ApplicationId(id_): _scopes.decode(scopes) for id_, scopes in found}

    @property
    def writes(self) -> Writes:
        """How each change is written."""
        return {SetConsent: self.set}

    def set(self, change: SetConsent) -> Steps[None]:
        """Store the consent, or remove it."""
        if change.was is not None:
            found = yield from row(CONSENT_NOW, change.user_id, change.application_id)
            if (_scopes.decode(found[0]) if found else frozenset()) != change.was:
                raise StaleError
        if not change.scopes:
            yield from touched(REMOVE, change.user_id, change.application_id)
            return
        words = msgspec.json.encode(sorted(change.scopes)).decode()
        yield from touched(SET_CONSENT, change.user_id, change.application_id, words)
