"""``auditLogs/signIns``: who signed in, or tried to."""

from collections.abc import Mapping

from proofup.audit.entry import Entry
from proofup.audit.events.sign_ins import ProofRenewed, SignedIn, SignInFailed
from proofup.directory.users import User
from proofup.graph.answers import Answer, Resource, entity, instant, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError
from proofup.graph.logs.entries import asked_for, entry_id, one_called, page, users_of
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.values.ids import UserId

SIGN_INS = (SignedIn, SignInFailed, ProofRenewed)
WORDS = frozenset(str(one.__struct_config__.tag) for one in SIGN_INS)
ADDRESS = "auditLogs/signIns"
# What Entra says of each reason; another one is that the second proof failed.
CODES: Mapping[str, tuple[int, str]] = {
    "wrongPassword": (50126, "Invalid username or password."),
    "accountDisabled": (50057, "The user account is disabled."),
    "wrongPasswordsInARow": (50053, "The account is locked: too many wrong passwords."),
}
FAILED = (500121, "Authentication failed during the strong authentication request.")


async def list_sign_ins(call: Call) -> Answer:
    """List sign-ins, newest first."""
    check_may(call, Permission.READ_SIGN_INS)
    asked = await asked_for(call, time="createdDateTime", user={"userId"})
    return await page(call, asked, WORDS, _shown, ADDRESS)


async def get_sign_in(call: Call) -> Answer:
    """Return one sign-in."""
    check_may(call, Permission.READ_SIGN_INS)
    found = await one_called(call, call.params["entry"], WORDS)
    if found is None:
        raise CallRefusedError(404, "The sign-in does not exist.", code="UnknownError")
    users = await users_of(call, [found])
    shown = narrowed(_shown(found, users), call.options.select)
    return entity(call.metadata(ADDRESS, one=True), shown)


def _shown(entry: Entry, users: Mapping[UserId, User]) -> Resource:
    user = users.get(entry.target) if entry.target else None
    code, why = (0, "Other.")
    if isinstance(entry.event, SignInFailed):
        code, why = CODES.get(entry.event.because, FAILED)
    sent = entry.event if isinstance(entry.event, SIGN_INS) else None
    return {
        "id": entry_id(entry),
        "createdDateTime": instant(entry.at),
        "userDisplayName": user.display_name if user else None,
        "userPrincipalName": user.user_principal_name if user else None,
        "userId": entry.target,
        "appId": sent.application if sent else None,
        "appDisplayName": sent.name if sent else None,
        "ipAddress": entry.network,
        "clientAppUsed": "Browser",
        "correlationId": entry.correlation_id,
        "conditionalAccessStatus": "notApplied",
        "isInteractive": True,
        "resourceDisplayName": None,
        "resourceId": None,
        "status": {"errorCode": code, "failureReason": why, "additionalDetails": None},
    }
