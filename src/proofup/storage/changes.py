"""Turns the changes of one act into the steps of one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.storage.audit_log import AuditRows
from proofup.storage.statements import Steps
from proofup.values.changes import Change

Write: TypeAlias = Callable[[Any], Steps[None]]
"""Writes the changes of one class."""


class ChangeSteps(Struct, frozen=True):
    """Knows how every change is written."""

    writes: Mapping[type[Change], Write]
    audit: AuditRows

    def of(self, changes: Sequence[Change]) -> Steps[None]:
        """Write ``changes`` in order, entries of the audit log last: see ``AuditRows.append``."""
        entries = []
        for change in changes:
            if isinstance(change, Entry):
                entries.append(change)
            else:
                yield from self.writes[type(change)](change)
        if entries:
            yield from self.audit.append(entries)
