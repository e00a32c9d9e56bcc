"""The acts that make an application what a body says of it, each on what the one before left."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UnsetType

from proofup.administration.applications.certificates import add_certificate
from proofup.administration.applications.changing import change_application
from proofup.administration.applications.credentials import add_secret, remove_credential
from proofup.administration.planned import Planned
from proofup.graph.answers import Resource
from proofup.graph.applications.credentials import KeyCredential, PasswordCredential
from proofup.graph.applications.shapes import secret_shown
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.tokens.application import Application


class Acts:
    """The acts of one call; ``application`` is as they will leave it."""

    def __init__(
        self, call: Call, application: Application, planned: Sequence[Planned[Application]] = ()
    ) -> None:
        self.call = call
        self.application = application
        self.planned: list[Planned[Any]] = list(planned)

    def change(self, properties: Mapping[str, Any]) -> None:
        """Set properties of the application."""
        call = self.call
        self._add(change_application(call.actor, self.application, at=call.at, **properties))

    def set_certificates(self, sent: Sequence[KeyCredential] | UnsetType) -> None:
        """Keep the certificates whose ids were sent, remove the others, and add the new ones."""
        if isinstance(sent, UnsetType):
            return
        call = self.call
        held = {one.id for one in self.application.certificates}
        new = [one for one in sent if _id(one) not in held]
        self._remove(sorted(held - {_id(one) for one in sent}))
        for one in new:
            act = add_certificate(
                call.door.ports,
                call.actor,
                self.application,
                one.content(),
                name=one.name,
                at=call.at,
            )
            self.planned.append(act)
            self.application = act.done.application

    def keep_secrets(self, sent: Sequence[PasswordCredential] | UnsetType) -> None:
        """Remove the secrets whose ids were not sent; a new one could not be shown."""
        if isinstance(sent, UnsetType):
            return
        held = {one.id for one in self.application.secrets}
        kept = {_id(one) for one in sent}
        if not kept <= held:
            raise bad_request("Add a secret with addPassword.")
        self._remove(sorted(held - kept))

    def draw_secrets(self, sent: Sequence[PasswordCredential] | UnsetType) -> list[Resource]:
        """Draw a secret for each that was sent, and return them as they are shown this once."""
        shown, call = [], self.call
        for one in () if isinstance(sent, UnsetType) else sent:
            act = add_secret(
                call.door.ports,
                call.actor,
                self.application,
                name=one.name,
                ends_at=one.end_date_time,
                at=call.at,
            )
            self.planned.append(act)
            self.application = act.done.application
            shown.append(secret_shown(act.done.stored, act.done.secret.reveal()))
        return shown

    def _remove(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            self._add(remove_credential(self.call.actor, self.application, id_, at=self.call.at))

    def _add(self, act: Planned[Application]) -> None:
        self.planned.append(act)
        self.application = act.done


def _id(one: KeyCredential | PasswordCredential) -> str:
    return (one.key_id or "").lower()
