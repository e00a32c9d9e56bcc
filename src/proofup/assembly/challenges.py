"""Builds the challenge room, and those of its parts that are needed alone."""

from functools import partial

from proofup.assembly.authenticator_models import AuthenticatorModels
from proofup.challenges.room import Room
from proofup.config.prices import prices, thousandths
from proofup.config.settings import Calls, Settings, Texts
from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import Catalogue
from proofup.methods.catalogue import catalogue as all_methods
from proofup.methods.declaration import Carrier
from proofup.methods.service_info import Models, ServiceInfo, no_models
from proofup.notices.notifying import Notifier
from proofup.policy import limits
from proofup.policy.budgets import Budget
from proofup.policy.limits import CounterKey
from proofup.storage.store import Store
from proofup.values.ids import Entropy
from proofup.values.lines import LineKind
from proofup.values.sealing import KeyPurpose, KeyRing
from proofup.values.stretching import Stretching


def challenge_room(
    settings: Settings, store: Store, *, stretching: Stretching, entropy: Entropy
) -> Room:
    """Return the ports and parts for starting and judging challenges."""
    catalogue = methods(settings, store.keys)
    return Room(
        catalogue=catalogue,
        methods=store.methods,
        challenges=store.challenges,
        deliveries=store.outbox,
        counters=store.counters,
        counter_key=counter_keys(store.keys),
        digests=partial(store.keys.digests, KeyPurpose.CODES),
        people=store.people,
        policies=store.policies,
        notifier=notifier(settings, entropy=entropy),
        budgets={
            Carrier.TEXTS: _budget("texts", settings.texts),
            Carrier.CALLS: _budget("calls", settings.calls),
        },
        conversions=store.conversions,
        stretching=stretching,
        served=catalogue.served(settings.carriers),
        commit=store.commit,
        entropy=entropy,
    )


def methods(settings: Settings, keys: KeyRing) -> Catalogue:
    """Return the verification methods, which digest their codes with the keys of the database."""
    return all_methods(
        ServiceInfo(
            organisation=settings.organisation.name,
            digests=partial(keys.digests, KeyPurpose.CODES),
            languages=_languages(settings),
            host=settings.public_url.host,
            origin=settings.public_url.origin,
            models=_models(settings),
        )
    )


def _models(settings: Settings) -> Models:
    files = settings.passkeys
    return AuthenticatorModels(files.metadata, files.metadata_root) if files else no_models


def counter_keys(keys: KeyRing) -> CounterKey:
    """Return the function that names counters by keyed digests, to hide whom they count."""

    def counter_key(limit: str, *whom: str) -> str:
        return limits.counter_key(limit, *keys.names(KeyPurpose.COUNTERS, limit, *whom))

    return counter_key


def notifier(settings: Settings, *, entropy: Entropy) -> Notifier:
    """Return the notifier, whose links lead to the public URL."""
    origin = settings.public_url.origin
    return Notifier(
        organisation=settings.organisation,
        languages=_languages(settings),
        not_me_url=lambda token: f"{origin}/not-me/{token}",
        entropy=entropy,
        mails=settings.smtp is not None,
    )


def _languages(settings: Settings) -> Catalogues:
    return Catalogues(settings.organisation.default_language)


def _budget(kind: str, section: Texts | Calls | None) -> Budget:
    """Return the operator's budget for texts or calls."""
    if section is None:
        return Budget(kind=kind)
    return Budget(
        kind=kind,
        countries=section.countries,
        lines=frozenset(map(LineKind, section.lines)),
        per_day=section.per_day,
        per_day_and_country=section.per_day_and_country,
        price=thousandths(section.price) or 0,
        prices=prices(section.prices),
        spend_per_day=thousandths(section.spend_per_day),
        spend_per_day_and_country=thousandths(section.spend_per_day_and_country),
    )
