"""The names of columns, which are the fields of a new person; a wrong one gets a suggestion."""

import difflib
from collections.abc import Sequence

from proofup.administration.newcomer import REQUIRED
from proofup.cli.import_report import without_report
from proofup.cli.output import RefusedError
from proofup.cli.rows import FIELD

# What an export has besides: it says nothing that could be brought in.
OF_EXPORT = frozenset({"id", "createdDateTime", "authenticationMethods"})


def check_columns(known: Sequence[str], names: Sequence[str]) -> Sequence[str]:
    """Return the column ``names`` of a CSV file. Raises RefusedError for an unknown one."""
    names = without_report(names)
    if known_here := set(names) & set(known):
        names = [name if name not in OF_EXPORT else "" for name in names]
    for name in filter(None, names):
        if not known_here:
            problem = "is no list of people: no column of its first line is known."
            raise RefusedError(FIELD, problem, f"Known are {', '.join(known)}.")
        if name not in known:
            problem = f"the column {name!r} is not known."
            raise RefusedError(FIELD, problem, _did_you_mean(name, known))
        if names.count(name) > 1:
            raise RefusedError(FIELD, f"the column {name!r} is there twice.")
    for name in REQUIRED:
        if name not in names:
            raise RefusedError(FIELD, f"there is no column {name!r}.", "Every user needs it.")
    return names


def check_properties(known: Sequence[str], names: Sequence[str]) -> Sequence[str]:
    """Return the property ``names`` of a JSON object. Raises RefusedError for an unknown one."""
    names = [name if name not in OF_EXPORT else "" for name in names]
    for name in filter(None, names):
        if name not in known:
            raise RefusedError(name, f"is not known. {_did_you_mean(name, known)}")
    return names


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    plain = {column.lower(): column for column in known}
    same = plain.get("".join(filter(str.isalnum, name)).lower())
    near = [same] if same else difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
