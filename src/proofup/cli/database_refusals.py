"""Messages for operators, one for each reason why PostgreSQL refuses a connection."""

from collections.abc import Mapping

from proofup.storage.errors import RefusedByDatabaseError

WORDS: Mapping[str, tuple[str, str]] = {
    "unknown database": (
        "names a database that the server does not have.",
        "Make it there (`sudo -u postgres createdb --owner ROLE NAME`), or correct the name.",
    ),
    "unknown role": (
        "names a role that the server does not have.",
        "Make it there (`sudo -u postgres createuser --pwprompt NAME`), or correct the name.",
    ),
    "refused": (
        "is refused: the password is wrong, or pg_hba.conf lets nobody in from here.",
        "Correct the password in the address, or the server's pg_hba.conf.",
    ),
    "unknown host": ("names a host that cannot be found.", "Correct the name, or look at the DNS."),
    "down": (
        "has no server at its address.",
        "Start PostgreSQL, or correct the host and the port; see listen_addresses.",
    ),
    "silent": (
        "has a server that does not answer.",
        "Look at the address, the firewall and the server.",
    ),
    "starting": ("has a server that is starting or stopping.", "Try again in a moment."),
    "read only": (
        "leads to a standby, which takes no writes.",
        "Name the primary, or all servers: postgresql://proofup@db1,db2/proofup.",
    ),
    "full": (
        "has a server with no connection left.",
        "Raise max_connections: a node needs 15, a command one or two.",
    ),
}


def refused_by_database(error: RefusedByDatabaseError) -> tuple[str, str, str]:
    """Return the refusal that names the setting, the problem, and the fix."""
    other = (f"cannot be reached: {error.said}.", "Look at the address and the server.")
    problem, fix = WORDS.get(error.reason or "", other)
    return "database", problem, fix
