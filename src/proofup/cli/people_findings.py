"""What ``proofup doctor`` finds wrong with the profiles of people."""

from proofup.cli.findings import Finding, Health
from proofup.cli.opening import Opened
from proofup.storage.maintenance.profiles import profiles
from proofup.values.mail_addresses import deliverable

NAMED = 5  # people of one finding


async def of_people(service: Opened) -> list[Finding]:
    """Count people whose mail address is none."""
    unreached = [
        one.user_principal_name
        async for one in profiles(service.store.engine)
        if one.mail and not deliverable(one.mail)
    ]
    if not unreached:
        return [Finding("mail addresses", Health.OK, "mails can be sent to all that are told")]
    words = f"no mail can be sent to what is told of {_listed(unreached)}"
    return [Finding("mail addresses", Health.WARN, words, "Give each of them one address.")]


def _listed(names: list[str]) -> str:
    count = "1 person" if len(names) == 1 else f"{len(names)} people"
    more = ", …" if len(names) > NAMED else ""
    return f"{count} ({', '.join(names[:NAMED])}{more})"
