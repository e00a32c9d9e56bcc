"""The address of a PostgreSQL database: how we connect to it, and why a connection was refused.

libpq gives a server that refuses no code, only a sentence in the server's language. The usual
English ones are told apart here; any other is passed on as it is.
"""

import re
from collections.abc import Mapping
from typing import Final

from psycopg import OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from proofup.storage.errors import RefusedByDatabaseError

DEFAULTS: Final[Mapping[str, str]] = {
    "application_name": "proofup",
    "connect_timeout": "5",
    # After a switchover an address may lead to a standby for a while. It would answer reads with
    # what was true before, and refuse each write.
    "target_session_attrs": "read-write",
    # A host that vanished sends nothing: the system closes the connection after 20 seconds.
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}

REASONS: Final[Mapping[str, re.Pattern[str]]] = {
    "unknown database": re.compile(r'database ".*" does not exist'),
    "unknown role": re.compile(r'role ".*" does not exist|no such user'),
    "refused": re.compile(r"authentication failed|no password supplied|no pg_hba\.conf entry"),
    "unknown host": re.compile(r"resolve host|translate host name"),
    "down": re.compile(r"Connection refused|No such file or directory"),
    "silent": re.compile(r"timeout expired|timed out|connection timeout"),
    "starting": re.compile(r"database system is (starting up|shutting down|not yet accepting)"),
    "read only": re.compile(r"session is read-only|server is in hot standby"),
    "full": re.compile(r"too many clients|remaining connection slots|too many connections"),
}


def conninfo(url: str) -> str:
    """Return ``url`` as libpq reads it, with ``DEFAULTS`` for all that it leaves open."""
    told = {name for name, value in conninfo_to_dict(url).items() if value is not None}
    return make_conninfo(url, **{name: DEFAULTS[name] for name in DEFAULTS.keys() - told})


def refusal(error: OperationalError) -> RefusedByDatabaseError:
    """Return why no connection could be made, where ``error`` says so."""
    said = " ".join(str(error).split())
    reason = next((name for name, words in REASONS.items() if words.search(said)), None)
    return RefusedByDatabaseError(reason, said)
