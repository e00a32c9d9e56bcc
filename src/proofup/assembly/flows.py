"""Builds the ports of each flow from the store, the challenge room and the hashing."""

from proofup.administration import ports as administering
from proofup.authentication import ports as signing_in
from proofup.challenges.room import Room
from proofup.config.settings import Settings
from proofup.directory.organisation import Organisation
from proofup.directory.passwords import CommonPasswords
from proofup.hashing.pool import Argon2idPool
from proofup.registration import ports as registering
from proofup.storage.store import Store


def sign_in_ports(store: Store, room: Room, hashing: Argon2idPool) -> signing_in.Ports:
    """Return the ports of signing in."""
    return signing_in.Ports(
        people=store.people,
        subscribers=store.subscribers,
        passwords=store.passwords,
        hashing=hashing,
        sign_ins=store.sign_ins,
        sessions=store.sessions,
        browsers=store.browsers,
        devices=store.devices,
        room=room,
    )


def registration_ports(
    store: Store,
    room: Room,
    hashing: Argon2idPool,
    *,
    organisation: Organisation,
    common: CommonPasswords,
) -> registering.Ports:
    """Return the ports for changing one's own account; ``common`` passwords are refused."""
    return registering.Ports(
        people=store.people,
        subscribers=store.subscribers,
        registrations=store.registrations,
        links=store.notice_links,
        history=store.method_history,
        invitations=store.invitations,
        devices=store.devices,
        organisation=organisation,
        passwords=store.passwords,
        hashing=hashing,
        common=common,
        room=room,
    )


def administration_ports(
    settings: Settings,
    store: Store,
    room: Room,
    hashing: Argon2idPool,
    *,
    common: CommonPasswords,
) -> administering.Ports:
    """Return the ports for acts on other people's accounts; ``common`` are refused passwords."""
    origin = settings.public_url.origin
    return administering.Ports(
        subscribers=store.subscribers,
        roles=store.roles,
        units=store.units,
        devices=store.devices,
        jobs=store.jobs,
        job_items=store.job_items,
        kept_methods=store.kept_methods,
        hashing=hashing,
        common=common,
        invitation_url=lambda token: f"{origin}/invitation/{token}",
        room=room,
    )
