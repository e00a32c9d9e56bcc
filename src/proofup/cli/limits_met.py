"""What ``proofup doctor`` tells of limits and budgets: what is spent, and what stopped somebody."""

from proofup.audit.events.service import ProxyNotNamed
from proofup.challenges.brakes import times_met
from proofup.challenges.spending import met_lately, uses
from proofup.cli.findings import Finding, Health
from proofup.cli.opening import Opened
from proofup.policy import figures

# Somebody in a hurry meets these, and goes on by asking for a new code or beginning again.
EVERYDAY = frozenset(
    limit.name
    for limit in (
        figures.TEXT_AGAIN,
        figures.NEW_NUMBER_AGAIN,
        figures.ANSWERS_PER_CHALLENGE,
        figures.ANSWERS_PER_SIGN_IN,
    )
)
RAISE = (
    "Look for limitReached in the audit log. If it was honest people, raise it: "
    "`proofup policy set limits.{}=…`."
)
PROXY = str(ProxyNotNamed.__struct_config__.tag)
LOOK = "Look for limitReached and sendingStopped in the audit log: who is sent so much?"


async def of_budgets(service: Opened) -> list[Finding]:
    """Look how much of what may be sent and spent in a day is left."""
    fix = "Look who is sent so much, or raise the budget: at 100 % nothing more is sent."
    return [
        Finding(
            use.budget,
            Health.WARN if use.is_near else Health.OK,
            f"{use.percent} % of this day's budget are spent",
            fix if use.is_near else "",
        )
        for use in await uses(service.room, at=service.at)
    ]


async def of_limits(service: Opened) -> list[Finding]:
    """Look which limits stopped somebody."""
    found = await met_lately(service.room, at=service.at)
    if not found:
        return [Finding("limits", Health.OK, "stopped nobody in the last 24 hours")]
    return [_met(name, times) for name, times in found]


async def of_proxies(service: Opened) -> list[Finding]:
    """Look whether requests came through a proxy that the settings do not name."""
    if not await times_met(service.room, PROXY, at=service.at):
        return []
    words = "lacks a proxy that requests came through: all people share the limits of its address"
    fix = f"Name its address, which stands in the audit log with {PROXY}."
    return [Finding("trusted_proxies", Health.BAD, words, fix)]


def _met(name: str, times: int) -> Finding:
    words = f"stopped somebody {times} time{'s' if times > 1 else ''} in the last 24 hours"
    if name in EVERYDAY:
        return Finding(name, Health.OK, words)
    fix = RAISE.format(name) if name in figures.in_force() else LOOK
    return Finding(name, Health.WARN, words, fix)
