"""Whose challenge it is and where it was asked for."""

from msgspec import Struct

from proofup.methods.protocol import Purpose
from proofup.policy.rules import Policy
from proofup.values.client import Client
from proofup.values.ids import CorrelationId, UserId


class Context(Struct, frozen=True, kw_only=True):
    """What every step of a challenge is told by the flow that wants it.

    ``subject`` is the id of the sign-in or registration. ``epoch`` is the account's at the time
    the subject began: nothing is sent or accepted once it has moved on. ``language`` is that of
    the page, which texts and calls follow. ``policy`` are the rules as the request has read them.
    ``asked_by`` is who asks, where it is not the user.
    ``application`` is where the person signs in to, or "" for a page of the service itself.
    """

    purpose: Purpose
    subject: str
    user_id: UserId
    epoch: int
    correlation_id: CorrelationId
    client: Client
    language: str
    policy: Policy
    asked_by: str | None = None
    application: str = ""

    @property
    def registered(self) -> bool:
        """Whether what is asked is registered already, and not about to be."""
        return self.purpose is not Purpose.REGISTRATION
