"""Turns the changes of one act into the steps of one transaction."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from msgspec import Struct

from proofup.audit.entry import Entry
from proofup.storage.acts import Act
from proofup.storage.audit_log import AuditRows
from proofup.storage.statements import Steps
from proofup.values.changes import Change
from proofup.values.messages import SendMessage

Write: TypeAlias = Callable[[Any], Steps[None]]
"""Writes the changes of one class."""


class ChangeSteps(Struct, frozen=True):
    """Knows how every change is written."""

    writes: Mapping[type[Change], Write]
    audit: AuditRows

    def act(self, changes: Sequence[Change]) -> Act[None]:
        """Return what writes ``changes`` in order, and entries of the audit log behind all else."""
        entries = [change for change in changes if isinstance(change, Entry)]
        return Act(
            make=partial(self._steps, changes),
            ending=self.audit.ending(entries) if entries else None,
            wakes=any(isinstance(change, SendMessage) for change in changes),
        )

    def _steps(self, changes: Sequence[Change]) -> Steps[None]:
        for change in changes:
            if not isinstance(change, Entry):
                yield from self.writes[type(change)](change)
