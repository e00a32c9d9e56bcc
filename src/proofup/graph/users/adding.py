"""Adding a user."""

from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from proofup.administration.add_people import add_people, hashed
from proofup.administration.newcomer import Newcomer
from proofup.administration.planned import carry_out
from proofup.directory.users import Person
from proofup.graph.answers import Answer, entity
from proofup.graph.call import Call
from proofup.graph.targets import check_may
from proofup.graph.users.changing import profile_told
from proofup.graph.users.password_profile import PasswordProfile
from proofup.graph.users.profile import UNASKED, shown
from proofup.policy.permissions import Permission
from proofup.values.ids import ordered_id


class NewAccount(Struct, frozen=True, kw_only=True, rename="camel"):
    """What of POST must be there; the rest is of the profile."""

    account_enabled: bool
    display_name: str
    mail_nickname: str
    user_principal_name: str
    password_profile: PasswordProfile


NOT_OF_PROFILE = frozenset({"accountEnabled", "mailNickname", "passwordProfile"})


async def create(call: Call) -> Answer:
    """Add a user, who signs in with the password that is given."""
    newcomer = await newcomer_in(call)
    await carry_out(call.door.ports, add_people(call.actor, [newcomer], at=call.at))
    person = Person(newcomer.user, newcomer.account)
    return entity(
        call.metadata("users", one=True),
        shown(person, UNASKED),
        status=201,
        location=f"{call.root}/users/{newcomer.user.id}",
    )


async def newcomer_in(call: Call) -> Newcomer:
    """Return the new user in the body, for whoever may add one."""
    check_may(call, Permission.ADD_USERS)
    body, door = call.body(NewAccount), call.door
    profile = {name: value for name, value in call.json().items() if name not in NOT_OF_PROFILE}
    told = {
        **profile_told(profile),
        "accountEnabled": "true" if body.account_enabled else "false",
        "password": body.password_profile.password,
    }
    new_id = partial(ordered_id, door.ports.room.entropy, call.at)
    newcomer = await hashed(door.newcomers(at=call.at).judge(told, new_id), door.ports.hashing)
    forced = body.password_profile.forced_change
    if newcomer.credential is not None and forced is not None:
        policy = await door.policies.current()
        ends_at = call.at + policy.temporary_span
        credential = replace(newcomer.credential, forced_change=forced, ends_at=ends_at)
        newcomer = replace(newcomer, credential=credential)
    return newcomer
