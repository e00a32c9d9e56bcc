"""The errors of the core; each door has its own words for them.

One class for each thing that a caller can act on, with the facts as fields. What a person may
read is written in the door, never here.
"""

from datetime import datetime

from proofup.values.words import Said, said


class ProofupError(Exception):
    """Anything Proofup refuses on purpose."""


class InvalidInputError(ProofupError):
    """What was typed to register a method cannot be taken; ``reason`` says which rule it broke."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidPhoneNumberError(InvalidInputError):
    """What was typed is no phone number that can be called."""


class InvalidNameError(ProofupError):
    """What was typed cannot be a user name; ``reason`` says which rule it broke."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidFieldError(ProofupError):
    """A field of a new person or token is not right; ``said`` says why, ``problem`` in English."""

    def __init__(self, field: str, problem: str | Said) -> None:
        self.field = field
        self.said = said(problem)
        self.problem = self.said.english
        super().__init__(field, self.problem)


class UnreadableSecretError(ProofupError):
    """A sealed value could not be opened: another key, another row, or changed bytes."""


class StaleError(ProofupError):
    """Something changed since it was read; nothing was written."""


class AlreadySpentError(StaleError):
    """A one-time thing had been used, replaced or closed before; nothing was written."""


class StaleMethodError(StaleError):
    """The authentication method is stored no more as it was read; nothing was written."""


class SlotTakenError(StaleError):
    """The person already has a method in this place (a second mobile phone, a sixth app)."""

    def __init__(self, slot: str) -> None:
        super().__init__(slot)
        self.slot = slot


class MethodTakenError(StaleError):
    """This very method is registered already, by this person or by another; nothing was written."""


class UnknownUserError(ProofupError):
    """There is no such user, or none on whom the caller may act: nobody learns which."""


class NotPermittedError(ProofupError):
    """The caller may not do this, whoever it is about."""


class NotYetPermittedError(ProofupError):
    """The caller may do this, but the rules demand something else first."""


class NameTakenError(ProofupError):
    """Another account has this user name, in another spelling or in letters that look like it."""

    def __init__(self, user_principal_name: str) -> None:
        super().__init__(user_principal_name)
        self.user_principal_name = user_principal_name


class RevokedError(ProofupError):
    """The account was disabled, or what it held was revoked, since the caller last looked."""


class LimitReachedError(ProofupError):
    """Too many tries or messages: ``limit`` names the rule, ``until`` when to try again.

    ``key`` is that of the counter, which tells one whom the limit stopped from another.
    """

    def __init__(self, limit: str, until: datetime, key: str = "") -> None:
        super().__init__(limit, until)
        self.limit = limit
        self.until = until
        self.key = key


class TooBusyError(ProofupError):
    """The service takes no more of this work now; nothing was done. Try again shortly."""

    def __init__(self, retry_after_seconds: int = 1) -> None:
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class StoreBusyError(TooBusyError):
    """The database takes no more writes now, or cannot be reached; nothing was written."""


class UnknownOutcomeError(ProofupError):
    """The connection broke during a commit: it may have been written, or not."""
