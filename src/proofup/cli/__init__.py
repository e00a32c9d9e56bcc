"""The command line of the operator: reads arguments, calls one act, prints what it has done.

Owns the output and exit codes of ``proofup``, and no rules: the acts of ``administration`` have
those. Here their actor is the host. Each module holds one command or one group of commands, and is
imported only when a command of it runs.
"""

from proofup.cli.program import main

__all__ = ["main"]
