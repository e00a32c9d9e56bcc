"""Builds the ports of grants."""

from proofup.challenges.room import Room
from proofup.config.settings import Settings
from proofup.granting.ports import Ports
from proofup.granting.signing import CurrentKeys
from proofup.granting.verified_tokens import VerifiedTokens
from proofup.hashing.signing_keys import new_signing_key
from proofup.storage.store import Store
from proofup.tokens.signing_key import MakeKey
from proofup.tokens.tenant import Tenant


def granting_ports(
    settings: Settings, store: Store, room: Room, *, make_key: MakeKey = new_signing_key
) -> Ports:
    """Return the ports of grants, with keys that this process reads once a minute."""
    return Ports(
        tenant=tenant_of(settings, store),
        applications=store.applications,
        people=store.people,
        roles=store.roles,
        authorizations=store.authorizations,
        families=store.families,
        consents=store.consents,
        assignments=store.assignments,
        groups=store.groups,
        device_codes=store.device_codes,
        keys=CurrentKeys(store.signing_keys, make_key, room.commit, room.entropy),
        verified=VerifiedTokens(),
        counters=room.counters,
        counter_key=room.counter_key,
        commit=room.commit,
        entropy=room.entropy,
    )


def tenant_of(settings: Settings, store: Store) -> Tenant:
    """Return the tenant: its id is the database's, the rest is from the settings."""
    return Tenant(
        id=store.tenant_id,
        origin=settings.public_url.origin,
        domains=settings.organisation.domains,
        name=settings.organisation.name,
    )
