"""A message that is sent only as far as its budgets allow, with a change that is made anyway."""

from datetime import datetime

from proofup.audit.entry import Entry
from proofup.policy.limits import Charge, CountTries
from proofup.values.changes import Change
from proofup.values.messages import SendMessage


class SendWithin(Change, frozen=True, kw_only=True):
    """Sends ``message`` and counts ``charges``.

    Where one of them is refused, it writes ``otherwise`` instead, and what comes behind it in the
    same act with the same charges is refused too.
    """

    charges: tuple[Charge, ...]
    message: SendMessage
    otherwise: tuple[CountTries | Entry, ...]
    at: datetime
