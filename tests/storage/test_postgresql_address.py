import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from proofup.storage.postgresql_address import DEFAULTS, REASONS, conninfo, refusal

# What libpq 18 and servers 15 to 18 say.
SAID = [
    ('connection to server on socket "/s" failed: FATAL:  database "x" does not exist', 0),
    ('connection failed: FATAL:  role "x" does not exist', 1),
    ('connection failed: FATAL:  password authentication failed for user "x"', 2),
    ('connection failed: FATAL:  no pg_hba.conf entry for host "h", user "u"', 2),
    ("connection failed: fe_sendauth: no password supplied", 2),
    ("failed to resolve host 'x': [Errno -2] Name or service not known", 3),
    ('could not translate host name "x" to address: Name or service not known', 3),
    ('connection to server at "h", port 1 failed: Connection refused', 4),
    ('connection to server on socket "/s" failed: No such file or directory', 4),
    ("connection timeout expired", 5),
    ('connection to server at "h" failed: Connection timed out', 5),
    ("connection failed: FATAL:  the database system is starting up", 6),
    ("connection failed: FATAL:  the database system is shutting down", 6),
    ('connection to server at "h", port 1 failed: session is read-only', 7),
    ("connection failed: FATAL:  sorry, too many clients already", 8),
    ("connection failed: FATAL:  remaining connection slots are reserved for roles with", 8),
    ("connection failed: ФАТАЛЬНО: что-то другое", None),
]


@pytest.mark.parametrize(("said", "number"), SAID)
def test_what_a_server_says_is_told_apart(said: str, number: int | None) -> None:
    reasons = [*REASONS]
    found = refusal(psycopg.OperationalError(said))
    assert found.reason == (None if number is None else reasons[number])
    assert found.said == " ".join(said.split())


def test_every_reason_has_an_example() -> None:
    assert {number for _, number in SAID if number is not None} == {*range(len(REASONS))}


def test_what_the_address_leaves_open_has_a_default() -> None:
    read = conninfo_to_dict(conninfo("postgresql://u:p@h1,h2/x?target_session_attrs=primary"))
    assert read["host"] == "h1,h2"
    assert read["password"] == "p"
    assert read["target_session_attrs"] == "primary"
    assert read["connect_timeout"] == DEFAULTS["connect_timeout"]
