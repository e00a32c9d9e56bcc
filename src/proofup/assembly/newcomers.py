"""Builds the rules for new users."""

from datetime import datetime
from functools import partial

from proofup.administration.newcomer import NewcomerRules
from proofup.assembly.challenges import methods
from proofup.config.settings import Settings
from proofup.directory.passwords import PasswordCredential
from proofup.hashing.common_passwords import CommonPasswordTable
from proofup.hashing.foreign import read_foreign_hash
from proofup.hashing.pool import adopted
from proofup.values.ids import UserId
from proofup.values.sealing import KeyRing


def newcomer_rules(
    settings: Settings, keys: KeyRing, *, at: datetime, region: str | None = None
) -> NewcomerRules:
    """Return the rules for users who are created ``at`` now; they can be sent to another process.

    ``region`` (ISO 3166) is for numbers without a country code; None is the setting's.
    """
    return NewcomerRules(
        organisation=settings.organisation.name,
        region=region or settings.organisation.default_region,
        catalogue=methods(settings, keys),
        common=CommonPasswordTable(),
        adopt=partial(_adopted, keys),
        at=at,
    )


def _adopted(keys: KeyRing, user_id: UserId, text: str, at: datetime) -> PasswordCredential:
    return adopted(keys, user_id, read_foreign_hash(text), at=at)
