"""Turns the changes of one act into the steps of one transaction.

Rows that many acts write come at the end, once for all acts that share the transaction: the answer
rates of countries, and then the chain of the audit log. So these rows are locked as briefly as
possible.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from proofup.audit.entry import Entry
from proofup.policy.limits import Charge, CountTries
from proofup.policy.sending import SendWithin
from proofup.storage.acts import Act, Ending
from proofup.storage.aggregate import Writes, WritesMany
from proofup.storage.audit_log import AuditRows, Line
from proofup.storage.conversions import ConversionRows, Note
from proofup.storage.statements import Steps
from proofup.values.changes import Change
from proofup.values.errors import LimitReachedError
from proofup.values.messages import SendMessage


def _summed(charges: Iterable[Charge]) -> tuple[Charge, ...]:
    """Return one charge for each key, which weighs as much as all of ``charges`` for it."""
    found: dict[str, Charge] = {}
    for one in charges:
        was = found.get(one.key)
        found[one.key] = one if was is None else replace(was, weight=was.weight + one.weight)
    return tuple(found.values())


class ChangeSteps(Struct, frozen=True):
    """Knows how every change is written."""

    writes: Writes
    writes_many: WritesMany
    conversions: ConversionRows
    audit: AuditRows

    def act(self, changes: Sequence[Change]) -> Act[None]:
        """Return the act that writes ``changes`` in order, and then the shared rows."""
        steps: list[Change] = []
        last: list[Note | Line] = []
        for change in changes:
            if isinstance(change, Entry):
                last.append(self.audit.line(change))
            elif isinstance(change, Note):
                last.append(change)
            else:
                steps.append(change)
        may_refuse = any(isinstance(change, SendWithin) for change in steps)
        return Act(
            make=partial(self._steps, steps, last, len(last)),
            ending=Ending(self._end, last) if last or may_refuse else None,
            wakes=may_refuse or any(isinstance(change, SendMessage) for change in steps),
        )

    def _steps(self, changes: Sequence[Change], last: list[Note | Line], sure: int) -> Steps[None]:
        """Write ``changes``; keep writes to shared rows in ``last``, after its first ``sure``."""
        del last[sure:]  # left over from a transaction that is run again
        for kind, run in groupby(changes, key=type):
            some, many = list(run), self.writes_many.get(kind)
            if kind is SendWithin:
                yield from self._send_all_within(some, last)
            elif many is not None and len(some) > 1:
                yield from many(some)
            else:
                for change in some:
                    yield from self.writes[kind](change)

    def _send_all_within(self, sends: Sequence[Any], last: list[Note | Line]) -> Steps[None]:
        """Send ``sends``, counted together where their budgets have room for all of them."""
        withheld: Sequence[SendWithin] = ()
        try:
            yield from self._count(sends)
        except LimitReachedError:
            sends, withheld = yield from self._count_each(sends)
        yield from self.writes_many[SendMessage]([one.message for one in sends])
        instead = [change for one in withheld for change in one.otherwise]
        last.extend(self.audit.line(one) for one in instead if isinstance(one, Entry))
        yield from self._count([one for one in instead if isinstance(one, CountTries)])

    def _count_each(
        self, sends: Sequence[SendWithin]
    ) -> Steps[tuple[Sequence[SendWithin], Sequence[SendWithin]]]:
        """Count ``sends`` one by one; return those for which there was room, and the others."""
        sent: list[SendWithin] = []
        withheld: list[SendWithin] = []
        used_up: set[tuple[Charge, ...]] = set()
        for one in sends:
            try:
                if one.charges not in used_up:
                    yield from self._count([one])
            except LimitReachedError:
                used_up.add(one.charges)
            (withheld if one.charges in used_up else sent).append(one)
        return sent, withheld

    def _count(self, some: Sequence[SendWithin | CountTries]) -> Steps[None]:
        """Count all charges of ``some``, those of one key as one."""
        if some:
            charges = _summed(charge for one in some for charge in one.charges)
            yield from self.writes[CountTries](CountTries(charges=charges, at=some[-1].at))

    def _end(self, last: Sequence[Note | Line]) -> Steps[None]:
        """Write the shared rows of all acts of a transaction; the chain comes last."""
        notes = [part for part in last if not isinstance(part, Line)]
        lines = [part for part in last if isinstance(part, Line)]
        if notes:
            yield from self.conversions.keep(notes)
        if lines:
            yield from self.audit.append(lines)
