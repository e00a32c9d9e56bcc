"""``/directory/deletedItems``: users who were deleted, and can be restored for 30 days."""

from uuid import UUID

from proofup.administration.delete_user import deleted_target, erase_user, restore_user
from proofup.administration.planned import carry_out
from proofup.directory.deleted_users import DeletedUser, Place
from proofup.directory.users import Person
from proofup.graph.answers import NO_CONTENT, Answer, Resource, collection, entity, instant
from proofup.graph.call import Call
from proofup.graph.errors import DeniedError, not_found
from proofup.graph.page_tokens import place_of, token_of
from proofup.graph.targets import check_may
from proofup.graph.users.listing import page_size
from proofup.graph.users.profile import UNASKED, check_known, shown
from proofup.policy.may_act import may_act
from proofup.policy.permissions import Permission
from proofup.policy.target import Target
from proofup.values.errors import UnknownUserError
from proofup.values.ids import UserId

TYPE = "#microsoft.graph.user"


async def list_deleted(call: Call) -> Answer:
    """Return a page of deleted users, the oldest first."""
    check_may(call, Permission.READ_USERS)
    options = call.options
    options.refuse("filter", "search", "orderby", "skip", "expand", "count", "deltatoken")
    most, token = page_size(call), options.token
    after = place_of(token, Place) if token else None
    check_known(options.select)
    found = await call.door.ports.deleted_users.page(after=after, most=most + 1)
    page = found[:most]
    last = Place(page[-1].deleted_at, page[-1].person.user.id) if len(found) > most else None
    return collection(
        call.metadata("directoryObjects/microsoft.graph.user"),
        [_shown(call, one) for one in page],
        following=call.following(token_of(last)) if last else None,
    )


async def get_deleted(call: Call) -> Answer:
    """Return one deleted user."""
    check_may(call, Permission.READ_USERS)
    found = await call.door.ports.deleted_users.of(_named(call))
    if found is None:
        raise not_found(call.params["item"][:100])
    return entity(call.metadata("directoryObjects", one=True), _shown(call, found))


async def restore(call: Call) -> Answer:
    """Restore a user under the name of before."""
    target = await _changeable(call)
    act = restore_user(call.actor, target, at=call.at)
    person = Person(await carry_out(call.door.ports, act), target.person.account)
    context = call.metadata("directoryObjects", one=True)
    return entity(context, {"@odata.type": TYPE, **shown(person, UNASKED)})


async def erase(call: Call) -> Answer:
    """Erase a deleted user for good."""
    target = await _changeable(call)
    await carry_out(call.door.ports, erase_user(call.actor, target, at=call.at))
    return NO_CONTENT


async def _changeable(call: Call) -> Target:
    try:
        target = await deleted_target(call.door.ports, _named(call), at=call.at)
    except UnknownUserError as error:
        if not may_act(call.actor, Permission.READ_USERS):
            raise DeniedError from error
        raise not_found(call.params["item"][:100]) from error
    check_may(call, Permission.DELETE_USERS, target)
    return target


def _named(call: Call) -> UserId:
    """Return the id in the address; what is no id is nobody's."""
    try:
        return UserId(str(UUID(call.params["item"])))
    except ValueError:
        return UserId("")


def _shown(call: Call, deleted: DeletedUser) -> Resource:
    names = check_known(call.options.select)
    user = shown(deleted.person, [*{*names, "id"}])
    return {"@odata.type": TYPE, **user, "deletedDateTime": instant(deleted.deleted_at)}
