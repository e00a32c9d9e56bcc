"""The rules of passkeys alone: which models and kinds may be registered and used."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from proofup.values.words import marked

AAGUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


class Enforcement(StrEnum):
    """What a list of models is for."""

    NONE = "none"
    ALLOW = "allow"
    BLOCK = "block"


class PasskeyTypes(StrEnum):
    """Which kinds of passkey there may be."""

    ANY = "any"
    DEVICE_BOUND = "deviceBound"
    SYNCED = "synced"


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Graph's ``fido2AuthenticationMethodConfiguration``, its ``keyRestrictions`` made flat."""

    is_attestation_enforced: Annotated[
        bool,
        Meta(
            title=marked("Passkeys must prove their model"),
            description=marked(
                "Only authenticators that the metadata know can be registered. Synced passkeys "
                "cannot prove it. Passkeys that are registered already stay."
            ),
        ),
    ] = False
    enforcement_type: Annotated[
        Enforcement,
        Meta(
            title=marked("What the list of models is for"),
            description=marked("It holds for passkeys that are registered already, too."),
            extra={
                "choices": {
                    "none": marked("nothing"),
                    "allow": marked("only these models may be used"),
                    "block": marked("these models may not be used"),
                }
            },
        ),
    ] = Enforcement.NONE
    aa_guids: Annotated[
        str,
        Meta(
            pattern=f"^({AAGUID}(, *{AAGUID})*)?$",
            title=marked("Models of authenticators"),
            description=marked(
                "Their AAGUIDs with commas between them, such as "
                "ee882879-721c-4913-9775-3dfcce97072a. Without proof, any can be claimed."
            ),
        ),
    ] = ""
    passkey_types: Annotated[
        PasskeyTypes,
        Meta(
            title=marked("Kinds of passkeys"),
            description=marked("A synced passkey is on all devices of its owner."),
            extra={
                "choices": {
                    "any": marked("every kind"),
                    "deviceBound": marked("only passkeys that stay on one device"),
                    "synced": marked("only synced passkeys"),
                }
            },
        ),
    ] = PasskeyTypes.ANY

    @property
    def models(self) -> frozenset[str]:
        """The AAGUIDs."""
        return frozenset(one.strip().lower() for one in self.aa_guids.split(","))
