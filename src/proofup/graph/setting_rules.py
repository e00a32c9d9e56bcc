"""Setting rules of the organisation by what a body says of Graph's properties.

What no rule carries is refused by its name, unless it says what is so already: scripts send back
what they have read.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from proofup.administration.planned import carry_out
from proofup.administration.rules_by_name import differing
from proofup.administration.set_rules import set_rules
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError, bad_request
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.rules import Policy

WHY = "By Graph"
ANNOTATION = "@odata."
EVERYBODY = "all_users"
GROUP = "group"


async def rules_to_set(call: Call) -> Policy:
    """Return the rules as they are, for a caller who may set them. Raises DeniedError."""
    check_may(call, Permission.SET_RULES)
    return await call.door.policies.current()


async def write(call: Call, before: Policy, told: Mapping[str, str]) -> Policy:
    """Set those of the rules ``told`` that differ, all or none, and return how they are then."""
    ports, actor = call.door.ports, replace(call.actor, reason=WHY)
    others, bad = differing(before, told, ports.room.catalogue)
    wanted = {name: told[name] for name in (*others, *bad)}
    return await carry_out(ports, set_rules(ports, actor, before, wanted, at=call.at))


def not_carried(*path: str) -> CallRefusedError:
    """Return the error for a property that no rule carries, or not with such a value."""
    name = "/".join(path)
    return bad_request(f"{name} cannot be set to this value: no rule of this service carries it.")


def bad_value(name: str, expected: str) -> CallRefusedError:
    """Return the error for a value that the property ``name`` cannot have."""
    return bad_request(f"Invalid value for {name}: expected {expected}.")


def properties(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties in an object that was sent, without annotations."""
    return {name: value for name, value in told.items() if ANNOTATION not in name}


def check_same(told: Any, shown: Any, name: str) -> None:
    """Refuse what says something else than is ``shown``; a part of it may be left out."""
    if isinstance(told, Mapping) and isinstance(shown, Mapping):
        for key, value in properties(told).items():
            if key not in shown:
                raise not_carried(name, key)
            check_same(value, shown[key], f"{name}/{key}")
    elif isinstance(told, list) and isinstance(shown, list) and len(told) == len(shown):
        for one, other in zip(told, shown, strict=True):
            check_same(one, other, name)
    elif type(told) is not type(shown) or told != shown:
        raise not_carried(name)


def flag_in(value: Any, name: str) -> bool:
    """Return a truth in a body. Raises CallRefusedError."""
    if not isinstance(value, bool):
        raise bad_value(name, "true or false")
    return value


def text_of(value: Any, like: Any, name: str) -> str:
    """Return ``value``, a truth or a number ``like`` another one, as rules take it."""
    if isinstance(like, bool):
        return str(flag_in(value, name)).lower()
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad_value(name, "a whole number")
    return str(value)


def object_in(value: Any, name: str) -> Mapping[str, Any]:
    """Return the properties of an object in a body. Raises CallRefusedError."""
    if not isinstance(value, Mapping):
        raise bad_value(name, "an object")
    return properties(value)


def objects_in(value: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the properties of each object of a list in a body. Raises CallRefusedError."""
    if not isinstance(value, list):
        raise bad_value(name, "a list")
    return [object_in(one, name) for one in value]
