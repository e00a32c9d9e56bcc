"""Twilio: texts and calls through its REST API (2010-04-01), without its library.

The library would bring four packages for two posts and one signature. docs/carriers/twilio.md
describes it for operators.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from proofup.delivery.carriers import CarrierDownError, CarrierRefusedError, NoRouteError
from proofup.delivery.outbound import Answer, OutboundClient, UnreachableError
from proofup.delivery.outbox import ClaimedMessage
from proofup.values.clock import Clock
from proofup.values.messages import Call, Text
from proofup.values.secret import Secret

TEXTS_PATH = "/delivery/v1/twilio/texts"
CALLS_PATH = "/delivery/v1/twilio/calls"
SIGNATURE = "X-Twilio-Signature"
MESSAGING_SERVICE = "MG"  # the first letters of the id of one, which may stand for a sender
LONGEST_VALIDITY = timedelta(hours=10)  # Twilio takes 1 to 36,000 seconds
RING_SECONDS = "30"
EVENTS = ("ringing", "answered", "completed")
PAUSE = "w"  # half a second, before the digits of an extension
# Codes of Twilio's errors: what the number is, and where Twilio does not send.
BAD_NUMBERS = frozenset({21211, 21214, 21217, 21610, 21614})
NOT_SERVED = frozenset({13227, 21215, 21216, 21408, 21612})
LONGEST_REFERENCE = 64


class TwilioSettings(Struct, frozen=True, kw_only=True):
    """The account, its auth token, the address of the API, and what texts or calls come from."""

    account: str
    token: Secret[str]
    url: str
    sender: str


class _Taken(Struct, frozen=True):
    sid: str


class _Refused(Struct, frozen=True):
    code: int = 0


class Twilio(Struct, frozen=True, kw_only=True):
    """One account; ``public_url`` is where Twilio reaches this service."""

    settings: TwilioSettings
    client: OutboundClient
    public_url: str
    clock: Clock

    def callback(self, path: str, message: ClaimedMessage) -> str:
        """Return the address at which Twilio reports on ``message``."""
        return f"{self.public_url.rstrip('/')}{path}/{message.id}"

    async def post(self, resource: str, fields: Sequence[tuple[str, str]]) -> str | None:
        """Create a resource and return its id. Raises CarrierRefusedError."""
        settings = self.settings
        credentials = f"{settings.account}:{settings.token.reveal()}".encode()
        url = f"{settings.url.rstrip('/')}/2010-04-01/Accounts/{settings.account}/{resource}.json"
        headers = {
            "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Proofup",
        }
        try:
            answer = await self.client.post(url, body=urlencode(fields).encode(), headers=headers)
        except UnreachableError as error:
            raise CarrierDownError(error.reason) from error
        if answer.status == HTTPStatus.CREATED:
            return _reference(answer.body)
        raise _refusal(answer)


class TwilioTexts(Struct, frozen=True):
    """Sends texts from a number or a messaging service."""

    twilio: Twilio

    async def send(self, text: Text, message: ClaimedMessage, /) -> str | None:
        """Give ``text`` to Twilio and return its id there."""
        sender = self.twilio.settings.sender
        is_service = sender.startswith(MESSAGING_SERVICE)
        left = min(message.expires_at - self.twilio.clock(), LONGEST_VALIDITY)
        fields = [
            ("To", text.to.e164),
            ("MessagingServiceSid" if is_service else "From", sender),
            ("Body", text.body.reveal()),
            ("ValidityPeriod", str(max(1, left // timedelta(seconds=1)))),
            ("StatusCallback", self.twilio.callback(TEXTS_PATH, message)),
        ]
        return await self.twilio.post("Messages", fields)


class TwilioCalls(Struct, frozen=True):
    """Makes calls; once one is answered, Twilio asks what to say."""

    twilio: Twilio

    async def send(self, call: Call, message: ClaimedMessage, /) -> str | None:
        """Give ``call`` to Twilio and return its id there."""
        extension = call.to.extension
        fields = [
            ("To", call.to.e164),
            ("From", self.twilio.settings.sender),
            ("Url", self.twilio.callback(CALLS_PATH, message)),
            ("StatusCallback", f"{self.twilio.callback(CALLS_PATH, message)}/status"),
            *(("StatusCallbackEvent", event) for event in EVENTS),
            ("Timeout", RING_SECONDS),
            ("MachineDetection", "Enable"),
            *([("SendDigits", PAUSE * 4 + extension)] if extension else []),
        ]
        return await self.twilio.post("Calls", fields)


def signature(token: Secret[str], url: str, fields: Mapping[str, str]) -> str:
    """Return what Twilio signs a request with: HMAC-SHA1 over the address and the sorted form."""
    signed = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    digest = hmac.new(token.reveal().encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _reference(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(body, type=_Taken).sid[:LONGEST_REFERENCE]
    except msgspec.MsgspecError:
        return None


def _refusal(answer: Answer) -> CarrierRefusedError:
    """Return the error for an answer that is no yes, by Twilio's own code where there is one."""
    try:
        code = msgspec.json.decode(answer.body, type=_Refused).code
    except msgspec.MsgspecError:
        code = 0
    reason = f"answered {answer.status}, error {code}" if code else f"answered {answer.status}"
    if code in BAD_NUMBERS:
        return CarrierRefusedError(reason, permanent=True)
    if code in NOT_SERVED:
        return NoRouteError(reason)
    if answer.status == HTTPStatus.BAD_REQUEST:
        return CarrierRefusedError(reason, permanent=True)
    return CarrierDownError(reason)
