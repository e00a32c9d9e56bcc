"""What the drills have in common: a database server that may be killed."""

from collections.abc import Iterator

import pytest

from postgres import DURABLE, NoServerError, Server, running_server


@pytest.fixture(scope="session")
def durable_server() -> Iterator[Server]:
    """Give a server that waits for the disk, as an operator's does."""
    try:
        with running_server(DURABLE) as server:
            yield server
    except NoServerError as error:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")
