"""Fixtures of the drills: a database server that may be killed, and a service."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from drills.running import PEOPLE, running
from postgres import DURABLE, NoServerError, Server, running_server


@pytest.fixture(scope="session", autouse=True)
def extents_are_no_settings() -> None:
    """Remove the variables for the size of drills: the service would refuse them as unknown."""
    for name in [name for name in os.environ if name.startswith("PROOFUP_DRILL_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def durable_server() -> Iterator[Server]:
    """Give a server that waits for the disk, as an operator's does."""
    try:
        with running_server(DURABLE) as server:
            yield server
    except NoServerError as error:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {error}")


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a service with users, to be copied, because making one takes seconds."""
    folder = tmp_path_factory.mktemp("populated")
    with running(folder) as service:
        service.populate(PEOPLE)
    return folder


@pytest.fixture
def service_folder(populated: Path, tmp_path: Path) -> Path:
    """Give a copy of that folder for this drill."""
    folder = tmp_path / "service"
    shutil.copytree(populated, folder)
    return folder
