"""Changing a user: the profile, the password, whether they may sign in; and deleting them."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from proofup.administration.change_profile import change_profile
from proofup.administration.delete_user import delete_user
from proofup.administration.planned import Planned, carry_out, together
from proofup.administration.profile_fields import LONGEST
from proofup.administration.reset_password import reset_password
from proofup.administration.set_account_enabled import set_account_enabled
from proofup.graph.answers import NO_CONTENT, Answer
from proofup.graph.call import Call
from proofup.graph.errors import bad_request
from proofup.graph.targets import check_may, target_in
from proofup.graph.users.password_profile import PasswordProfile
from proofup.graph.users.profile import OF_USER
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.secret import Secret

LISTS: Mapping[str, int | None] = {"businessPhones": 1, "otherMails": None}
NEVER_NULL = frozenset({"userPrincipalName", "displayName", "usageLocation", "userType"})
OF_ACCOUNT = frozenset({"accountEnabled", "passwordProfile"})


class ChangedAccount(Struct, frozen=True, kw_only=True, rename="camel"):
    """What of PATCH is not of the profile."""

    account_enabled: bool | UnsetType = UNSET
    password_profile: PasswordProfile | UnsetType = UNSET


async def update(call: Call) -> Answer:
    """Change what is told, all of it or nothing; the rest stays."""
    target, told = await target_in(call), call.json()
    profile = profile_told({name: value for name, value in told.items() if name not in OF_ACCOUNT})
    acts = [*await _of_account(call, target, call.body(ChangedAccount))]
    if profile or not acts:
        at, ports = call.at, call.door.ports
        check_may(call, Permission.CHANGE_CONTACTS, target)
        acts.append(change_profile(ports, call.actor, target, profile, at=at))
    await carry_out(call.door.ports, together(acts))
    return NO_CONTENT


async def delete(call: Call) -> Answer:
    """Delete a user, who can be restored for 30 days."""
    target = await target_in(call)
    check_may(call, Permission.DELETE_USERS, target)
    await carry_out(call.door.ports, delete_user(call.actor, target, at=call.at))
    return NO_CONTENT


async def _of_account(call: Call, target: Target, body: ChangedAccount) -> Sequence[Planned[Any]]:
    acts: list[Planned[Any]] = []
    if not isinstance(body.account_enabled, UnsetType):
        check_may(call, Permission.ENABLE_ACCOUNTS, target)
        enabled = body.account_enabled
        acts.append(set_account_enabled(call.actor, target, enabled=enabled, at=call.at))
    if not isinstance(body.password_profile, UnsetType):
        check_may(call, Permission.SET_PASSWORDS, target)
        new = Secret(body.password_profile.password)
        forced = body.password_profile.forced_change
        ports, actor = call.door.ports, call.actor
        acts.append(
            await reset_password(ports, actor, target, new, forced_change=forced, at=call.at)
        )
    return acts


def profile_told(body: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the fields of a profile in ``body``, as texts; null is no value, and so empty.

    Raises CallRefusedError for a name that is no property, or for one that cannot be set.
    """
    return {name: _text(name, value) for name, value in body.items() if "@odata." not in name}


def _text(name: str, value: object) -> str:
    if name not in LONGEST:
        known = "is read-only" if name in OF_USER else "does not exist"
        message = f"The property '{name[:64]}' of a user {known}."
        raise bad_request(message)
    if name in LISTS and isinstance(value, list):
        most = LISTS[name]
        if all(isinstance(one, str) and ";" not in one for one in value) and (
            most is None or len(value) <= most
        ):
            return ";".join(value)
    elif name not in LISTS and isinstance(value, str):
        return value
    elif name not in LISTS and value is None and name not in NEVER_NULL:
        return ""
    message = f"Invalid value specified for property '{name}' of resource 'User'."
    raise bad_request(message)
