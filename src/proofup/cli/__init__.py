"""The command line of the operator: reads arguments, calls one act, prints what it has done.

Owns the words and exit codes of ``proofup``, and no rules: those are the acts', which every door
calls. Their actor is the host here. Each module holds one command or one group of them, and is
imported only when it is called.
"""

from proofup.cli.program import main

__all__ = ["main"]
