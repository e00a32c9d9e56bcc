"""Builds the ports of each flow from the store, the challenge room and the hashing."""

from collections.abc import Sequence
from functools import partial

from proofup.administration import ports as administering
from proofup.authentication import ports as signing_in
from proofup.challenges.room import Room
from proofup.config.settings import Settings
from proofup.directory.app_passwords import Digest
from proofup.directory.organisation import Organisation
from proofup.directory.passwords import CommonPasswords
from proofup.granting.destinations import WaitingApplications
from proofup.hashing.pool import Argon2idPool
from proofup.registration import ports as registering
from proofup.storage.store import Store
from proofup.values.ids import UserId
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.values.secret import Secret


def sign_in_ports(
    store: Store, room: Room, hashing: Argon2idPool, *, common: CommonPasswords
) -> signing_in.Ports:
    """Return the ports of signing in; ``common`` passwords are refused."""
    return signing_in.Ports(
        people=store.people,
        subscribers=store.subscribers,
        passwords=store.passwords,
        hashing=hashing,
        common=common,
        sign_ins=store.sign_ins,
        destinations=WaitingApplications(store.authorizations, store.applications),
        resets=store.password_resets,
        sessions=store.sessions,
        browsers=store.browsers,
        devices=store.devices,
        groups=store.groups,
        caller_checks=store.caller_checks,
        app_passwords=store.app_passwords,
        app_password_digests=partial(_digests, store.keys),
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
        roles=store.roles,
        devices=store.devices,
        tokens=store.oath_tokens,
        app_passwords=store.app_passwords,
        app_password_digests=partial(_digests, store.keys),
        applications=store.applications,
        consents=store.consents,
        families=store.families,
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
        deleted_users=store.deleted_users,
        roles=store.roles,
        units=store.units,
        groups=store.groups,
        applications=store.applications,
        assignments=store.assignments,
        devices=store.devices,
        tokens=store.oath_tokens,
        caller_checks=store.caller_checks,
        approvals=store.approvals,
        app_passwords=store.app_passwords,
        jobs=store.jobs,
        job_items=store.job_items,
        kept_methods=store.kept_methods,
        search=store.search,
        rule_history=store.rule_history,
        population=store.population,
        lacking=store.lacking,
        without_password=store.without_password,
        hashing=hashing,
        common=common,
        invitations=store.invitations,
        invitation_url=lambda token: f"{origin}/invitation/{token}",
        check_url=lambda word: f"{origin}/check/{word}",
        approval_url=lambda request_id: f"{origin}/admin/approvals/{request_id}",
        room=room,
    )


def _digests(keys: KeyRing, user_id: UserId, letters: Secret[str]) -> Sequence[Digest]:
    """Return the digests of an app password under the peppers, the one in use first."""
    found = keys.digests_by_key(KeyPurpose.PEPPER, "appPassword", user_id, letters.reveal())
    return [Digest(key_id, value) for key_id, value in found.items()]
