"""``GET /users/{id}`` and ``/me``."""

from proofup.graph.answers import Answer, entity
from proofup.graph.call import Call
from proofup.graph.targets import check_may, is_own, target_in
from proofup.graph.users.guest_states import seen
from proofup.graph.users.profile import check_known
from proofup.policy.permissions import Permission
from proofup.policy.target import Target


async def readable(call: Call) -> Target:
    """Return the user that is asked for: anybody, or the caller."""
    target = await target_in(call)
    if not is_own(call, target):
        check_may(call, Permission.READ_USERS, target)
    return target


async def get_user(call: Call) -> Answer:
    """Return a user's public profile."""
    call.options.refuse("filter", "search", "orderby", "top", "skip", "expand")
    names = check_known(call.options.select)
    target = await readable(call)
    (user,) = await seen(call, [target.person], names)
    return entity(call.metadata("users", one=True), user)
