"""``proofup doctor``: what is wrong with a service, or will be soon, and how to mend it."""

import argparse
import os

from proofup.cli.findings import Finding, Health, of_neighbours, of_settings, of_store
from proofup.cli.limits_met import of_budgets, of_limits, of_proxies
from proofup.cli.opening import opened_with
from proofup.cli.output import Output
from proofup.cli.people_findings import of_people
from proofup.cli.refusals import refusal_of
from proofup.config.reading import read_settings
from proofup.values.errors import ProofupError


def arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing."""


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Run all checks, one line each; return 1 if one is bad. Sends and changes nothing."""
    found: list[Finding] = []
    try:
        settings = read_settings(arguments.folder, os.environ)
        found.append(Finding("settings", Health.OK, "can be read"))
        found += of_settings(settings)
        found += await of_neighbours(settings)
        async with opened_with(settings) as service:
            found += await of_store(service)
            found += await of_budgets(service)
            found += await of_limits(service)
            found += await of_proxies(service)
            found += await of_people(service)
    except ProofupError as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        found.append(Finding(refused.field, Health.BAD, refused.problem, refused.fix))
    is_bad = any(one.health is Health.BAD for one in found)
    findings = [
        {"what": one.what, "health": one.health.value, "words": one.words, "fix": one.fix}
        for one in found
    ]
    lines = [
        f"{one.health.value:4} {one.what}: {one.words}" + (f". {one.fix}" if one.fix else "")
        for one in found
    ]
    output.say("\n".join(lines), {"healthy": not is_bad, "findings": findings})
    return int(is_bad)
