"""What ``proofup doctor`` finds of people: who must have a second proof, and wrong profiles."""

from collections import defaultdict
from collections.abc import Iterator

from proofup.cli.findings import Finding, Health
from proofup.cli.opening import Opened
from proofup.policy.rule_choices import Demand
from proofup.policy.rules import Policy
from proofup.storage.maintenance.profiles import profiles
from proofup.values.look_alikes import look_alike
from proofup.values.mail_addresses import deliverable

NAMED = 5  # people of one finding


async def of_people(service: Opened) -> list[Finding]:
    """Look for mail addresses that are none, and for names that look alike."""
    unreached: list[str] = []
    alike: defaultdict[str, list[str]] = defaultdict(list)
    async for one in profiles(service.store.engine):
        if one.mail and not deliverable(one.mail):
            unreached.append(one.user_principal_name)
        if not one.canonical_name.isascii():
            alike[look_alike(one.canonical_name)].append(one.user_principal_name)
    for look, names in alike.items():
        # A name of ASCII letters looks like itself, and has one owner at the most.
        if look.isascii() and (person := await service.store.people.by_name(look)):
            names.append(person.user.user_principal_name)
    return [*_of_mails(unreached), *_of_looks([one for one in alike.values() if len(one) > 1])]


def of_demand(policy: Policy) -> Finding:
    """Look who must have a second proof."""
    if policy.demand is Demand.EVERYONE:
        words = f"is demanded of everyone, and may be postponed for {policy.grace_days} days"
        return Finding("second proof", Health.OK, words)
    words = "is demanded of administrators, and of people whose account says so"
    fix = "Demand it of everyone: `proofup policy set demand=everyone graceDays=14`."
    return Finding("second proof", Health.WARN, words, fix)


def _of_mails(unreached: list[str]) -> Iterator[Finding]:
    if not unreached:
        yield Finding("mail addresses", Health.OK, "mail can be sent to each of them")
        return
    words = f"no mail can be sent to the address of {_listed(unreached)}"
    yield Finding("mail addresses", Health.WARN, words, "Give each of them one address.")


def _of_looks(groups: list[list[str]]) -> Iterator[Finding]:
    if not groups:
        yield Finding("user names", Health.OK, "no two look alike")
    fix = "Find out whether both are real people. New names like these are refused."
    for names in groups:
        yield Finding("user names", Health.WARN, f"{_listed(names)} look alike", fix)


def _listed(names: list[str]) -> str:
    count = "1 person" if len(names) == 1 else f"{len(names)} people"
    more = ", …" if len(names) > NAMED else ""
    return f"{count} ({', '.join(names[:NAMED])}{more})"
