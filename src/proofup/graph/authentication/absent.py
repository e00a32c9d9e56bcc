"""Kinds of methods that Graph has and nobody holds here: their lists are there, and empty."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from proofup.graph.answers import Answer, collection, counted
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.held import address_of, not_registered, readable
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import BETA, BOTH
from proofup.graph.scopes import changing_methods, reading_methods
from proofup.graph.targets import check_may, is_own, target_in
from proofup.policy.permissions import Permission


class Absent(Struct, frozen=True):
    """A collection of methods; ``scope`` stands for it in the names of permissions.

    One that is ``of_devices`` has the device of each below it. One that ``is_configured``
    Graph adds by the id of a configuration of the policy, of which there is none here.
    """

    segment: str
    scope: str
    versions: Sequence[str] = BOTH
    of_devices: bool = False
    is_configured: bool = False


class External(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body that adds an external method."""

    configuration_id: str
    display_name: str


NO_CONFIGURATION = (
    "Invalid value for configurationId: there is no such configuration, as this service asks no "
    "other one for a proof."
)
KNOWN = (
    Absent("emailMethods", "Email"),
    Absent("microsoftAuthenticatorMethods", "MicrosoftAuthApp", of_devices=True),
    Absent("passwordlessMicrosoftAuthenticatorMethods", "MicrosoftAuthApp", BETA),
    Absent("fido2Methods", "Passkey"),
    Absent("windowsHelloForBusinessMethods", "WindowsHello", of_devices=True),
    Absent("platformCredentialMethods", "PlatformCred", of_devices=True),
    Absent("externalAuthenticationMethods", "External", is_configured=True),
    Absent("hardwareOathMethods", "HardwareOATH", BETA),
)


def operations(present: Iterable[str]) -> Sequence[Operation]:
    """Return the operations of every collection that is not ``present``."""
    taken = frozenset(present)
    return [operation for one in KNOWN if one.segment not in taken for operation in _of(one)]


def _of(absent: Absent) -> Sequence[Operation]:
    async def listed(call: Call) -> Answer:
        target = await readable(call)
        return collection(call.metadata(f"{address_of(target)}/{absent.segment}"), [])

    async def count(call: Call) -> Answer:
        await readable(call)
        return counted(0)

    async def get(call: Call) -> Answer:
        await readable(call)
        raise not_registered(call.params["method"])

    async def delete(call: Call) -> Answer:
        target = await target_in(call)
        if not is_own(call, target):
            check_may(call, Permission.DELETE_METHODS, target)
        raise not_registered(call.params["method"])

    async def create(call: Call) -> Answer:
        target = await target_in(call)
        check_may(call, Permission.DELETE_METHODS, target)  # what changing them takes: never own
        call.body(External)
        raise bad_request(NO_CONFIGURATION)

    reading, changing = reading_methods(absent.scope), changing_methods(absent.scope)
    below, versions = f"/authentication/{absent.segment}", absent.versions
    device = f"{below}/{{method}}/device"
    return [
        *(
            of_user("POST", below, create, changing, versions=versions, is_refusal=True)
            if absent.is_configured
            else ()
        ),
        *(of_user("GET", device, get, reading, versions=versions) if absent.of_devices else ()),
        *of_user("GET", below, listed, reading, versions=versions),
        *of_user("GET", f"{below}/$count", count, reading, versions=versions),
        *of_user("GET", f"{below}/{{method}}", get, reading, versions=versions),
        *of_user("DELETE", f"{below}/{{method}}", delete, changing, versions=versions),
    ]
