"""A message that is sent only as far as its budgets allow, with a change that is made anyway."""

from datetime import datetime

from proofup.policy.limits import Charge
from proofup.values.changes import Change
from proofup.values.messages import SendMessage


class SendWithin(Change, frozen=True, kw_only=True):
    """Sends ``message`` and counts ``charges``; where one is refused, writes ``otherwise``."""

    charges: tuple[Charge, ...]
    message: SendMessage
    otherwise: tuple[Change, ...]
    at: datetime
