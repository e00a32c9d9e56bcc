"""Processes that tests start and coverage does not follow."""

import os


def unmeasured() -> dict[str, str]:
    """Return this environment without what lets coverage follow a process into another one.

    A service that is followed takes three times as long. What services of browsers and drills run
    is tested elsewhere; that commands and servers start is measured in ``tests/cli``.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
