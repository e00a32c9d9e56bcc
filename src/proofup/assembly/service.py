"""Puts the parts of a server together: all doors behind one entrance, and the sender."""

from datetime import timedelta

from msgspec import Struct

from proofup.administration.ports import Ports
from proofup.assembly.admin import admin_door
from proofup.assembly.authenticator import authenticator_doors
from proofup.assembly.callbacks import callbacks_door
from proofup.assembly.carriers import message_sender
from proofup.assembly.challenges import challenge_room
from proofup.assembly.flows import administration_ports, registration_ports, sign_in_ports
from proofup.assembly.granting import granting_ports
from proofup.assembly.graph import graph_door
from proofup.assembly.legacy import legacy_doors
from proofup.assembly.metrics import watch_of, watched
from proofup.assembly.oauth import oauth_doors
from proofup.assembly.pages import page_parts
from proofup.assembly.portal import portal_door
from proofup.assembly.signin import sign_in_door
from proofup.challenges.room import Room
from proofup.config.settings import Settings
from proofup.delivery.outbound import OutboundClient
from proofup.delivery.sender import Sender
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.hashing.pool import Argon2idPool
from proofup.metrics.watch import Watch
from proofup.serving.health import health_door
from proofup.storage.store import Store
from proofup.values.clock import Clock
from proofup.values.ids import Entropy
from proofup.web.entrance import Entrance, entrance

GRACE = timedelta(seconds=20)


class Service(Struct, frozen=True, kw_only=True):
    """A service that is ready to be served; ``close`` releases what it opened itself."""

    app: Entrance
    sender: Sender
    room: Room
    acts: Ports
    outbound: OutboundClient

    async def close(self) -> None:
        """Finish what is being sent."""
        await self.sender.stop(GRACE)
        await self.outbound.close()


def build(
    settings: Settings, store: Store, hashing: Argon2idPool, *, clock: Clock, entropy: Entropy
) -> Service:
    """Return the service that ``settings`` describe, on an open store."""
    outbound, watch = OutboundClient(allow=settings.outbound_allow), watch_of(settings)
    room = challenge_room(settings, store, stretching=hashing, entropy=entropy)
    room = watched(room, watch)
    acts = administration_ports(settings, store, room, hashing, common=CommonPasswordTable())
    return Service(
        app=_app(settings, store, acts, hashing, watch, clock=clock, entropy=entropy),
        sender=message_sender(settings, store, room, outbound, watch, clock=clock),
        room=room,
        acts=acts,
        outbound=outbound,
    )


def _app(
    settings: Settings,
    store: Store,
    acts: Ports,
    hashing: Argon2idPool,
    watch: Watch,
    *,
    clock: Clock,
    entropy: Entropy,
) -> Entrance:
    """Return all doors behind the one entrance."""
    room = acts.room
    sign_in = sign_in_ports(store, room, hashing, common=acts.common)
    registration = registration_ports(
        store, room, hashing, organisation=settings.organisation, common=acts.common
    )
    granting = granting_ports(settings, store, room)
    parts = page_parts(settings, languages=room.notifier.languages, entropy=entropy)
    mounts = [
        health_door(store.ready),
        *legacy_doors(settings, sign_in),
        *watch.doors(room, store.engine, hashing, clock),
        parts.static.door(parts.dialect),
        sign_in_door(sign_in, parts),
        portal_door(store, registration, sign_in, parts),
        admin_door(store, acts, sign_in, parts),
        *oauth_doors(granting, sign_in, parts),
        *authenticator_doors(store, registration, parts),
        graph_door(
            settings, store, ports=acts, own=registration, sign_in=sign_in, granting=granting
        ),
        callbacks_door(settings, store, room, clock=clock),
    ]
    return entrance(
        mounts,
        public_url=settings.public_url,
        clock=clock,
        entropy=entropy,
        trusted_proxies=settings.trusted_proxies,
        note_request=watch.note_request,
    )
