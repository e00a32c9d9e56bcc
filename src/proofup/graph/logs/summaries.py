"""What the log tells of sign-ins and passwords in numbers, in beta: by day, and by method.

Counted are sign-ins in a browser that ended. A password that is set for the first time counts as a
change. What else Graph has of this cannot be told truly: the log names no type of phone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from proofup.audit.events.accounts import PasswordResetByOwner, PasswordSet
from proofup.audit.events.sign_ins import SignedIn
from proofup.audit.log import Kind, Tally
from proofup.graph.answers import Answer, Resource, collection, narrowed
from proofup.graph.call import Call
from proofup.graph.errors import CallRefusedError
from proofup.graph.logs.pace import count_report
from proofup.graph.setting_rules import bad_value
from proofup.graph.targets import check_may
from proofup.policy.permissions import Permission
from proofup.policy.proofs import Level

ADDRESS = "reports/authenticationMethods"
PERIODS = {"d1": 1, "d7": 7, "d30": 30}
DAYS = 30  # of the reports without a period
REFUSED = ("filter", "search", "orderby", "skip", "skiptoken", "expand", "count")
TOO_MANY = "The log is too long to be counted now. Please retry later."
SIGNED_IN = str(SignedIn.__struct_config__.tag)
SET = str(PasswordSet.__struct_config__.tag)
RESET = str(PasswordResetByOwner.__struct_config__.tag)


async def mfa_sign_ins(call: Call) -> Answer:
    """Count the sign-ins of each day: those with a second proof, and those without."""
    _check(call)
    kinds = (Kind(SIGNED_IN, {"level": Level.MULTI_FACTOR}), Kind(SIGNED_IN))
    since, tally = await _tally(call, kinds, DAYS)
    items: list[Resource] = []
    for day in _days(call, since):
        strong, weak = (tally.counts.get((day, number), 0) for number in (0, 1))
        items.append(
            {
                "id": day.isoformat(),
                "createdDateTime": _began(day),
                "multiFactorSignIns": strong,
                "singleFactorSignIns": weak,
                "totalSignIns": strong + weak,
            }
        )
    return _listed(call, "userMfaSignInSummary", items)


async def passwords(call: Call) -> Answer:
    """Count the passwords of each day: changed, reset by an administrator, reset by their owner."""
    _check(call)
    kinds = (Kind(SET, {"by": "owner"}), Kind(SET), Kind(RESET))
    since, tally = await _tally(call, kinds, DAYS)
    items: list[Resource] = []
    for day in _days(call, since):
        changed, by_others, by_owner = (tally.counts.get((day, number), 0) for number in range(3))
        items.append(
            {
                "id": day.isoformat(),
                "aggregatedDateTime": _began(day),
                "changePasswordSelfServiceCount": changed,
                "passwordResetsByAdminCount": by_others,
                "passwordResetsSelfServiceCount": by_owner,
            }
        )
    return _listed(call, "userPasswordResetsAndChangesSummary", items)


async def by_method(call: Call) -> Answer:
    """Count the sign-ins of a period by the method of the second proof."""
    _check(call)
    told = (call.argument("period") or "").lower()
    if told not in PERIODS:
        raise bad_value("period", ", ".join(PERIODS))
    words = {way: word for one in call.door.resources.values() for way, word in one.used.items()}
    kinds = [Kind(SIGNED_IN, {"way": way}) for way in words]
    _, tally = await _tally(call, kinds, PERIODS[told])
    found: Counter[str] = Counter()
    for (_, number), entries in tally.counts.items():
        found[list(words.values())[number]] += entries
    items: list[Resource] = [
        {"authenticationMethod": word, "successActivityCount": entries}
        for word, entries in found.most_common()
    ]
    return _listed(call, "userSignInsByAuthMethodSummary", items)


def _check(call: Call) -> None:
    check_may(call, Permission.READ_AUDIT_LOG)
    call.options.refuse(*REFUSED)


async def _tally(call: Call, kinds: Sequence[Kind], days: int) -> tuple[date, Tally]:
    """Return the day on which the count began, and the count: today and the ``days`` before."""
    await count_report(call)
    since = call.at.date() - timedelta(days=days)
    found = await call.door.tallies.tally(kinds, since=since)
    if not found.is_whole:
        headers = {"retry-after": "60"}
        raise CallRefusedError(503, TOO_MANY, code="serviceNotAvailable", headers=headers)
    return since, found


def _days(call: Call, since: date) -> Iterator[date]:
    """Yield each day from today back."""
    for number in range((call.at.date() - since).days + 1):
        yield call.at.date() - timedelta(days=number)


def _began(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _listed(call: Call, report: str, items: Sequence[Resource]) -> Answer:
    shown = items if call.options.top is None else items[: call.options.top]
    context = call.metadata(f"{ADDRESS}/{report}")
    return collection(context, [narrowed(one, call.options.select) for one in shown])
