"""Reading ``$search``: clauses in double quotes, joined by AND and OR."""

import re
from collections.abc import Sequence

from msgspec import Struct

from proofup.graph.odata.errors import QueryError
from proofup.graph.odata.tokens import LONGEST

CLAUSE = re.compile(r'"([A-Za-z]+):((?:[^"\\]|\\.)*)"')
JOIN = re.compile(r"\s+(AND|OR)\s+")


class Term(Struct, frozen=True):
    """Words that a field begins with."""

    field: str
    text: str


def read_search(text: str) -> Sequence[Sequence[Term]]:
    """Return the alternatives in ``text``, each of terms that hold together. Raises QueryError."""
    if len(text) > LONGEST:
        message = f"The search is longer than {LONGEST} characters."
        raise QueryError(message)
    text, place = text.strip(), 0
    alternatives: list[list[Term]] = [[]]
    while True:
        clause = CLAUSE.match(text, place)
        if clause is None or not clause[2].strip():
            raise QueryError('Expected $search="property:words" with its double quotes.')
        alternatives[-1].append(Term(clause[1], re.sub(r"\\(.)", r"\1", clause[2]).strip()))
        if clause.end() == len(text):
            return alternatives
        join = JOIN.match(text, clause.end())
        if join is None:
            raise QueryError("Expected AND or OR between the clauses of $search.")
        if join[1] == "OR":
            alternatives.append([])
        place = join.end()
