"""Reading somebody's methods: what the caller may see of them, of all kinds and of one."""

from proofup.directory.passwords import PasswordCredential
from proofup.graph.answers import Answer, Resource, collection, counted, entity, instant, narrowed
from proofup.graph.call import Call
from proofup.graph.held import address_of, known, not_registered, readable, sight_of
from proofup.graph.operations import Handle
from proofup.graph.resources import MethodResource
from proofup.policy.target import Target

PASSWORD_ID = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105 - the same for everybody
PASSWORD_TYPE = "#microsoft.graph.passwordAuthenticationMethod"  # noqa: S105 - the name of a type


def password_shown(credential: PasswordCredential) -> Resource:
    """Return the resource of a password."""
    return {
        "@odata.type": PASSWORD_TYPE,
        "id": PASSWORD_ID,
        "createdDateTime": instant(credential.changed_at),
        "password": None,
    }


async def methods_of(call: Call, target: Target) -> list[Resource]:
    """Return the methods of all kinds of ``target``, whose methods the caller may read."""
    sight = sight_of(call, target)
    credential = await call.door.passwords.of_user(target.person.user.id)
    found = [password_shown(credential)] if credential else []
    found += [resource.shown(one, sight) for one, resource in known(call, target.held)]
    return found


async def _all(call: Call) -> tuple[Target, list[Resource]]:
    target = await readable(call)
    return target, await methods_of(call, target)


async def list_all(call: Call) -> Answer:
    """List the methods of all kinds."""
    target, found = await _all(call)
    items = [narrowed(one, call.options.select) for one in found]
    return collection(call.metadata(f"{address_of(target)}/methods"), items)


async def count_all(call: Call) -> Answer:
    """Count the methods of all kinds."""
    _, found = await _all(call)
    return counted(len(found))


async def get_any(call: Call) -> Answer:
    """Return the method of any kind whose id is given."""
    target, found = await _all(call)
    named = call.params["method"]
    for one in found:
        if one["id"].lower() == named.lower():
            context = call.metadata(f"{address_of(target)}/methods", one=True)
            return entity(context, narrowed(one, call.options.select))
    raise not_registered(named)


def of_one_kind(resource: MethodResource) -> tuple[Handle, Handle, Handle]:
    """Return what lists, counts and gets methods of one kind."""

    async def items(call: Call) -> tuple[Target, list[Resource]]:
        target = await readable(call)
        sight = sight_of(call, target)
        found = [one for one, its in known(call, target.held) if its is resource]
        return target, [resource.shown(one, sight) for one in found]

    async def listed(call: Call) -> Answer:
        target, found = await items(call)
        shown = [narrowed(one, call.options.select) for one in found]
        return collection(call.metadata(f"{address_of(target)}/{resource.segment}"), shown)

    async def count(call: Call) -> Answer:
        _, found = await items(call)
        return counted(len(found))

    async def get(call: Call) -> Answer:
        target, found = await items(call)
        named = call.params["method"]
        for one in found:
            if one["id"].lower() == named.lower():
                context = call.metadata(f"{address_of(target)}/{resource.segment}", one=True)
                return entity(context, narrowed(one, call.options.select))
        raise not_registered(named)

    return listed, count, get
