"""The command line of the operator: reads arguments, opens the store, writes with an audit entry.

Owns the words and exit codes of ``proofup``. What a command changes goes through the same commit
as everything else, with the host as its actor. Each module holds one command or one group of
them, and is imported only when it is called.
"""

from proofup.cli.program import main

__all__ = ["main"]
