from random import Random

import pytest
from starlette.testclient import TestClient

from pages.samples import NOON, House, house

LOCAL = "http://localhost:8080"
PUBLIC = "https://id.contoso.test"


@pytest.fixture(scope="session")
def local() -> House:
    """Return the house of samples as on a developer's machine; templates are compiled once."""
    return house(clock=lambda: NOON, entropy=Random(1).randbytes)  # noqa: S311 - a test that failed must fail again


@pytest.fixture(scope="session")
def public() -> House:
    """Return the same behind https."""
    entropy = Random(2).randbytes  # noqa: S311 - as above
    return house(clock=lambda: NOON, entropy=entropy, public_url=PUBLIC)


@pytest.fixture
def client(local: House) -> TestClient:
    """Return a browser that has been nowhere yet."""
    return TestClient(local.app, base_url=LOCAL, follow_redirects=False)


@pytest.fixture
def public_client(public: House) -> TestClient:
    return TestClient(public.app, base_url=PUBLIC, follow_redirects=False)
