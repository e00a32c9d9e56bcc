"""User names that were pasted into a page: one a line, or CSV with a column of names."""

import csv
from collections.abc import Sequence

from msgspec.structs import replace

from proofup.administration.job import Because, Item, ItemState
from proofup.administration.jobs.starting import LONGEST_SHOWN, NAME_COLUMNS

DELIMITERS = "\t;,"


def items_in(text: str) -> Sequence[Item]:
    """Return an item for each name in ``text``, numbered by its line; nobody was looked for yet.

    The first line may name columns, as files of ours, of Entra and of spreadsheets do. Otherwise
    the name is what stands first in a line.
    """
    lines = text.lstrip("\ufeff").splitlines()
    first = lines[0] if lines else ""
    delimiter = next((one for one in DELIMITERS if one in first), ",")
    column, items = 0, list[Item]()
    reader = csv.reader(lines, delimiter=delimiter)
    for cells in reader:
        if reader.line_num == 1:
            names = [one.strip().casefold() for one in cells]
            known = next((one for one in NAME_COLUMNS if one in names), None)
            if known is not None:
                column = names.index(known)
                continue
        if not any(one.strip() for one in cells):
            continue
        name = (cells[column] if column < len(cells) else "").strip()
        item = Item(number=reader.line_num, name=(name or cells[0])[:LONGEST_SHOWN])
        if not name:
            item = replace(item, state=ItemState.FAILED, because=Because.UNREADABLE)
        items.append(item)
    return items
