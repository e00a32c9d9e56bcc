"""Builds the door by which carriers report the status of texts and calls."""

from functools import partial

from starlette.routing import Route

from proofup.challenges.call_progress import note_call
from proofup.challenges.room import Room
from proofup.config.settings import Settings
from proofup.delivery.callbacks import carriers_door
from proofup.delivery.kannel import Proofs
from proofup.delivery.kannel_receipts import kannel_receipt_route
from proofup.delivery.twilio_callbacks import TwilioRoutes
from proofup.delivery.webhook_calls import call_route
from proofup.delivery.webhook_receipts import receipt_route
from proofup.storage.store import Store
from proofup.values.clock import Clock
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.web.mount import Mount


def callbacks_door(settings: Settings, store: Store, room: Room, *, clock: Clock) -> Mount:
    """Return the door with the routes of every carrier in the settings, also of unused ones."""
    texts, outbox, routes = settings.texts, store.outbox, list[Route]()
    noting, calls = partial(note_call, room), settings.calls
    twilio = TwilioRoutes(
        outbox=outbox, note_call=noting, public_url=settings.public_url.origin, clock=clock
    )
    if calls and calls.secret:
        secret = calls.secret
        routes.append(call_route(note_call=noting, outbox=outbox, secret=secret, clock=clock))
    if calls and calls.twilio:
        routes += twilio.of_calls(calls.twilio.token)
    if texts and texts.twilio:
        routes += twilio.of_texts(texts.twilio.token)
    if texts and texts.secret:
        routes.append(receipt_route(outbox=outbox, secret=texts.secret, clock=clock))
    if texts and texts.kannel:
        proofs = receipt_proofs(store.keys)
        routes.append(kannel_receipt_route(outbox=outbox, proofs=proofs, clock=clock))
    return carriers_door(routes)


def receipt_proofs(keys: KeyRing) -> Proofs:
    """Return the functions that prove receipts of Kannel, one for each key, newest first."""

    def proofs(message_id: str) -> list[str]:
        digests = keys.digests(KeyPurpose.RECEIPTS, "kannel", message_id)
        return [digest.hex() for digest in digests]

    return proofs
