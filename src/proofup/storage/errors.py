"""Errors of a database as a whole, shown to operators and never on pages."""

from collections.abc import Sequence

from proofup.values.errors import ProofupError, StoreBusyError, UnreadableSecretError


class DatabaseInUseError(ProofupError):
    """Another server uses the SQLite file at ``path``; a second node needs PostgreSQL."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class UnknownSchemaError(ProofupError):
    """The database was written by a newer Proofup; ``revision`` is the one it names."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


class HalfRestoredError(ProofupError):
    """A backup was restored into the database, but its sessions and codes were not voided yet."""


class OlderDatabaseError(ProofupError):
    """The database is older than ``file`` says: entry ``sequence`` of its log is not there."""

    def __init__(self, file: str, sequence: int) -> None:
        super().__init__(file, sequence)
        self.file = file
        self.sequence = sequence


class UnknownDatabaseError(ProofupError):
    """The address begins with neither ``sqlite:///`` nor ``postgresql://``."""


class NoDriverError(ProofupError):
    """The driver of PostgreSQL is not installed; ``said`` is Python's message."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class RefusedByDatabaseError(StoreBusyError):
    """No connection to PostgreSQL can be made.

    ``reason`` is one of those in ``postgresql_address``, or None; ``said`` is the message of the
    driver or the server.
    """

    def __init__(self, reason: str | None, said: str) -> None:
        super().__init__()
        self.reason = reason
        self.said = said


class WrongKeyError(UnreadableSecretError):
    """The key file is not this database's; ``given`` and ``wanted`` are fingerprints."""

    def __init__(self, given: str, wanted: Sequence[str]) -> None:
        super().__init__(given, wanted)
        self.given = given
        self.wanted = tuple(wanted)


class NoProgramError(ProofupError):
    """``program`` of PostgreSQL is not on the PATH."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


class ProgramFailedError(ProofupError):
    """``program`` of PostgreSQL ended with an error; ``said`` is its last line."""

    def __init__(self, program: str, said: str) -> None:
        super().__init__(program, said)
        self.program = program
        self.said = said


class DamagedDatabaseError(ProofupError):
    """The pages of the database are damaged, or the chain of its audit log is broken."""
