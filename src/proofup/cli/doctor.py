"""``proofup doctor``: what is wrong with a service, or will be soon, and how to mend it."""

import argparse
import os

from proofup.cli.findings import Finding, Health, of_neighbours, of_settings, of_store
from proofup.cli.limits_met import of_budgets, of_limits, of_proxies
from proofup.cli.log_stream_findings import of_log_streams
from proofup.cli.opening import opened_with
from proofup.cli.output import Output
from proofup.cli.people_findings import of_demand, of_people
from proofup.cli.push_keys import of_push_keys
from proofup.cli.refusals import refusal_of
from proofup.config.reading import read_settings
from proofup.values.errors import ProofupError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is left out."""
    parser.add_argument("--quiet", action="store_true", help="print only what needs attention")


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
            found.append(await of_push_keys(service))
            found.append(of_demand(await service.store.policies.current()))
            found += await of_budgets(service)
            found += await of_limits(service)
            found += await of_proxies(service)
            found += await of_people(service)
            found += await of_log_streams(service)
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
        if not (arguments.quiet and one.health is Health.OK)
    ]
    if lines or output.as_json:
        output.say("\n".join(lines), {"healthy": not is_bad, "findings": findings})
    return int(is_bad)
