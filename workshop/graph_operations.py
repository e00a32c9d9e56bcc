"""Writes ``docs/graph-operations.md``: which operations of the contract are served.

    python -m workshop.graph_operations [FOLDER]

FOLDER has the OpenAPI files of the contract; without them the table stays as it is. Served is what
the routes of the door serve, refused what they answer with a documented refusal, and not yet what
they say of themselves or do not know.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from proofup.graph.finding import Served
from proofup.graph.methods.found import resources_of
from proofup.graph.resources import BOTH
from proofup.graph.served import operations_of
from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import catalogue
from proofup.methods.service_info import ServiceInfo

TOP = Path(__file__).parents[1]
PAGE = TOP / "docs" / "graph-operations.md"
FOLDER = TOP.parent / "shared" / "contract"
VERBS = ("get", "post", "patch", "put", "delete")
HEAD = """# Operations of Microsoft Graph

Made by `python -m workshop.graph_operations` from the running routes: each operation of the
contract with what this version does with it. *Not yet* answers 501 with its name, or 400 where the
address is not known.

"""


def served() -> Served:
    """Return all operations of the door."""
    service = ServiceInfo(
        organisation="",
        digests=lambda *_: [],
        languages=Catalogues(),
        host="localhost",
        origin="https://localhost",
    )
    return Served.of(operations_of(resources_of(catalogue(service).by_kind)))


def rows(document: Mapping[str, Any], version: str, table: Served) -> Iterator[tuple[str, ...]]:
    """Yield version, verb, path, operation and state of each operation of a document."""
    for path, verbs in document["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                state = _state(table, version, verb.upper(), path)
                yield version, verb.upper(), path, verbs[verb]["operationId"], state


def _state(table: Served, version: str, verb: str, path: str) -> str:
    if path == "/$batch":
        return "served"
    address = re.sub(r"\{[^}]+\}", "x", path)
    found = table.find(f"/{version}{address}")
    operation = found.verbs.operations.get(verb) if found else None
    if operation is None or not operation.is_served:
        return "not yet"
    return "refused" if operation.is_refusal else "served"


def main() -> int:
    """Write the table, and say how much of it is served."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    table, found = served(), list[tuple[str, ...]]()
    for version in BOTH:
        file = folder / f"graph-{version}.openapi.yaml"
        if not file.exists():
            sys.stdout.write(f"{file.name} is not there: the table stays as it is\n")
            return 0
        found += rows(msgspec.yaml.decode(file.read_bytes()), version, table)
    counts = Counter(one[-1] for one in found)
    lines = [f"| {' | '.join((*one[:2], f'`{one[2]}`', f'`{one[3]}`', one[4]))} |" for one in found]
    told = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    table_head = "| version | verb | path | operation | state |\n|---|---|---|---|---|\n"
    PAGE.write_text(f"{HEAD}{told}.\n\n{table_head}" + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"operations of Graph: {told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
