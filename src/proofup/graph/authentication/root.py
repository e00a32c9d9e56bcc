"""``authentication`` itself: the id of whose it is, and with ``$expand`` their methods."""

from collections.abc import Mapping

from proofup.graph.answers import Answer, Resource, entity, narrowed
from proofup.graph.authentication.absent import KNOWN
from proofup.graph.authentication.preferences import preferences_of, requirements_of
from proofup.graph.authentication.reading import PASSWORD_TYPE, methods_of
from proofup.graph.call import Call
from proofup.graph.held import address_of, readable
from proofup.graph.odata.errors import QueryError
from proofup.graph.resources import BETA
from proofup.policy.target import Target

ALL, PASSWORDS, OPERATIONS = "methods", "passwordMethods", "operations"


async def get_authentication(call: Call) -> Answer:
    """Return whose it is; in beta with the per-user state and what is asked for first."""
    target = await readable(call)
    shown: Resource = {"id": target.person.user.id}
    if call.version in BETA:
        shown = {
            **shown,
            "requirements": requirements_of(target),
            "signInPreferences": preferences_of(call, target),
        }
    expanded = await _expanded(call, target)
    context = call.metadata(address_of(target), one=True)
    return entity(context, {**narrowed(shown, call.options.select), **expanded})


async def _expanded(call: Call, target: Target) -> Resource:
    """Return the collections that are asked for. Raises QueryError for one there is not."""
    types = _collections(call)
    for name in call.options.expand:
        if name not in types:
            message = f"Could not find a property named '{name[:40]}' to expand."
            raise QueryError(message)
    if not call.options.expand:
        return {}
    found = await methods_of(call, target)
    return {
        name: [one for one in found if types[name] in {ALL, one["@odata.type"]}]
        for name in call.options.expand
    }


def _collections(call: Call) -> Mapping[str, str]:
    """Return each collection with the type of what is in it; some are always empty."""
    present = (one for one in call.door.resources.values() if call.version in one.versions)
    return {
        ALL: ALL,
        OPERATIONS: "",
        **{one.segment: "" for one in KNOWN if call.version in one.versions},
        PASSWORDS: PASSWORD_TYPE,
        **{one.segment: f"#microsoft.graph.{one.type}" for one in present},
    }
