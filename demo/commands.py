"""Runs commands of Proofup one after another, in one process: starting one takes half a second.

    python -m demo.commands demo-data

Reads a JSON list of commands, each a list of words, from standard input. Writes what each answered
as a JSON list. The first that does not work ends it.
"""

import io
import json
import sys
from contextlib import redirect_stdout

from proofup.cli import main as proofup


def main() -> int:
    """Run the commands, and write their answers."""
    folder, answers = sys.argv[1], []
    for words in json.load(sys.stdin):
        said = io.StringIO()
        try:
            with redirect_stdout(said):
                proofup([*words, "--folder", folder, "--json"])
        except SystemExit as ended:
            if ended.code:
                sys.stderr.write(f"That was `proofup {' '.join(words[:2])}`.\n")
                return 1
        answers.append(json.loads(said.getvalue()))
    sys.stdout.write(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
