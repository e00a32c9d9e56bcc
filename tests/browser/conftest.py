"""A service with a carrier, a mail server and a browser; one texts alone, another calls too."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.app import App
from browser.outside import SECRET, Carrier, PostOffice
from browser.person import Account, Person
from browser.service import Service, running

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a long walk by the sea"
CALLER = "+44 20 7946 0018"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

NewPerson = Callable[..., Person]
Fresh = Callable[[tuple[Account, ...]], Account]


@pytest.fixture(scope="session")
def carrier() -> Iterator[Carrier]:
    """Give the carrier that takes the service's texts and calls."""
    with closing(Carrier()) as opened:
        yield opened


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """Give the server that takes the service's mails."""
    with closing(PostOffice()) as opened:
        yield opened


@pytest.fixture(scope="session")
def people(request: pytest.FixtureRequest) -> range:
    """Return a number for every journey there is: none takes more than one person of a kind."""
    journeys = (one for one in request.session.items if isinstance(one, pytest.Function))
    return range(sum("new_person" in one.fixturenames for one in journeys))


def crowd(people: range, name: str, block: int, **more: Any) -> tuple[Account, ...]:
    """Return people called so; ``block`` is what tells their phones from those of others."""
    return tuple(
        Account(
            name=f"{name}{number}@contoso.test",
            password=PASSWORD,
            number=f"+44 77009{block:02}{number:03}",
            mail=f"{name}{number}@fabrikam.test",
            **{what: each(number) if callable(each) else each for what, each in more.items()},
        )
        for number in people
    )


@pytest.fixture(scope="session")
def accounts(people: range) -> tuple[Account, ...]:
    """Return people who have a phone; each test takes one for itself."""
    return crowd(people, "robin", 1)


@pytest.fixture(scope="session")
def everything(people: range) -> tuple[Account, ...]:
    """Return people who have all there is, and are called first."""
    return crowd(
        people,
        "ash",
        4,
        alternate="+44 7700905{:03}".format,
        office="+44 2079460{:03}X204".format,
        app=lambda _: App(APP_SECRET),
        default="voiceMobile",
    )


@pytest.fixture(scope="session")
def newcomers(people: range) -> tuple[Account, ...]:
    """Return people who have nothing but a password, and must have a second proof."""
    return crowd(people, "sam", 6, is_new=True)


@pytest.fixture(scope="session")
def app_users(people: range) -> tuple[Account, ...]:
    """Return people who are asked for an app's code first."""
    return crowd(people, "kit", 7, app=lambda _: App(APP_SECRET), default="oath")


@pytest.fixture(scope="session")
def texting(
    carrier: Carrier,
    post_office: PostOffice,
    accounts: tuple[Account, ...],
    app_users: tuple[Account, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """Run a service that sends texts and calls nobody."""
    folder = tmp_path_factory.mktemp("texting")
    everybody = (*accounts, *app_users)
    with running(folder, carrier, post_office, everybody, {}) as service:
        yield service


@pytest.fixture(scope="session")
def everybody(
    accounts: tuple[Account, ...],
    everything: tuple[Account, ...],
    newcomers: tuple[Account, ...],
) -> tuple[Account, ...]:
    """Return the people of all kinds."""
    return (*accounts, *everything, *newcomers)


@pytest.fixture(scope="session")
def calling(
    carrier: Carrier,
    post_office: PostOffice,
    everybody: tuple[Account, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """Run a service that calls too."""
    folder = tmp_path_factory.mktemp("calling")
    more = {
        "PROOFUP_CALLS__WEBHOOK": f"http://{carrier.authority}/calls",
        "PROOFUP_CALLS__SECRET": SECRET,
        "PROOFUP_CALLS__CALLER": CALLER,
    }
    with running(folder, carrier, post_office, everybody, more) as service:
        yield service


@pytest.fixture(scope="module")
def service(texting: Service) -> Service:
    """Give the service that the journeys of a module go to."""
    return texting


@pytest.fixture(scope="session")
def fresh() -> Fresh:
    """Give what takes somebody out of a crowd whom no other test has touched."""
    taken: dict[tuple[Account, ...], Iterator[Account]] = {}
    return lambda crowd: next(taken.setdefault(crowd, iter(crowd)))


@pytest.fixture
def account(accounts: tuple[Account, ...], fresh: Fresh) -> Account:
    """Give somebody with a phone."""
    return fresh(accounts)


@pytest.fixture
def ash(everything: tuple[Account, ...], fresh: Fresh) -> Account:
    """Give somebody with all there is."""
    return fresh(everything)


@pytest.fixture
def with_app(app_users: tuple[Account, ...], fresh: Fresh) -> Account:
    """Give somebody who is asked for an app's code first."""
    return fresh(app_users)


@pytest.fixture
def newcomer(newcomers: tuple[Account, ...], fresh: Fresh) -> Account:
    """Give somebody without any method."""
    return fresh(newcomers)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser, once for a module: two of these cannot be open in one process."""
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is not there, so no page was seen by one")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def new_person(chromium: Browser, service: Service) -> Iterator[NewPerson]:
    """Make people with browsers; all are closed at the end."""
    made: list[Person] = []

    def new_person(**options: Any) -> Person:
        made.append(Person(chromium, service.origin, **options))
        return made[-1]

    yield new_person
    for person in made:
        person.close()
