"""The column of a file that names people, as our files, Entra and spreadsheets call it."""

from collections.abc import Sequence

from proofup.administration.jobs.starting import NAME_COLUMNS
from proofup.cli.output import RefusedError
from proofup.cli.rows import FIELD

NAME = "name"
PEOPLE_COLUMN = "userPrincipalName"  # of a report about people, which is a file of people itself


def check_people_column(names: Sequence[str]) -> Sequence[str]:
    """Return the names as they are known here; other columns do not matter. Raises RefusedError."""
    found = [one for one in NAME_COLUMNS if one in [name.casefold() for name in names]]
    if not found:
        fix = "Name one of them userPrincipalName; others may stand beside it."
        raise RefusedError(FIELD, f"has the columns {', '.join(names) or 'none'}.", fix)
    return [NAME if name.casefold() == found[0] else f"{NAME} {name}" for name in names]
