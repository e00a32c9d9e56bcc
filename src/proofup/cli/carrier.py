"""``proofup carrier test``: one text, so that a carrier is tried before anybody signs in by it."""

import argparse
import os
from collections.abc import Awaitable
from datetime import datetime, timedelta

from msgspec import Struct

from proofup.assembly.carriers import text_carriers
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError
from proofup.delivery.carriers import CarrierRefusedError
from proofup.delivery.outbound import OutboundClient
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.ids import CorrelationId, MessageId, ordered_id
from proofup.values.messages import Text
from proofup.values.phone_numbers import parse_phone_number
from proofup.values.secret import Secret

NOT_SENT = 1
VALID = timedelta(minutes=5)


class Trial(Struct, frozen=True, kw_only=True):
    """A text that no outbox holds."""

    id: MessageId
    content: Text
    language: str
    created_at: datetime
    expires_at: datetime
    attempts: int = 1
    correlation_id: CorrelationId


def test_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the text goes."""
    parser.add_argument("number", metavar="+NUMBER", help="the number, with its country code")


async def test(arguments: argparse.Namespace, output: Output) -> int:
    """Send a text by each carrier that is set up, in order, and say what it answers."""
    try:
        number = parse_phone_number(arguments.number, region=None)
    except InvalidPhoneNumberError as error:
        problem = f"{arguments.number!r} is no number ({error.reason})."
        raise RefusedError("NUMBER", problem, "Begin with + and the country code.") from error
    async with opened(arguments.folder) as service:
        name = service.settings.organisation.name
        trial = Trial(
            id=MessageId(ordered_id(os.urandom, service.at)),
            content=Text(to=number, body=Secret(f"A test of the texts of {name}. Nothing to do.")),
            language=service.settings.organisation.default_language,
            created_at=service.at,
            expires_at=service.at + VALID,
            correlation_id=service.correlation_id,
        )
        client = OutboundClient(allow=service.settings.outbound_allow)
        carriers = text_carriers(service.settings, service.store, client, clock=lambda: service.at)
        try:
            facts = [
                {"carrier": one, **await _tried(carrier.send(trial.content, trial))}
                for one, carrier in carriers.items()
            ]
        finally:
            await client.close()
    lines = [f"{one['carrier']}: {one['refused'] or 'taken'}" for one in facts]
    output.say("\n".join(lines) or "Texts are not set up.", {"carriers": facts})
    return 0 if facts and all(one["refused"] is None for one in facts) else NOT_SENT


async def _tried(sending: Awaitable[str | None]) -> dict[str, str | None]:
    try:
        return {"reference": await sending, "refused": None}
    except CarrierRefusedError as refused:
        return {"reference": None, "refused": refused.reason}
