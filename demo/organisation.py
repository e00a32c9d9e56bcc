"""Prepares the folder of the demo's organisation, once, by Proofup's own command line."""

import csv
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.expenses import OPEN, SIGNED_IN, SIGNED_OUT
from demo.people import PEOPLE, Person, keep, kept, with_passwords

from proofup.policy.figures import in_force

ORGANISATION = "Contoso"
CALLER = "+442079460018"
MARKER = "this-is-the-demo"  # a folder without it must not be changed
PEOPLE_FILE = "people.json"  # written last: if it exists, the folder is complete
CARRIER_FILE = "carrier.secret"
APPLICATION_FILE = "application.json"
APPLICATION = "Expenses"
# It makes the others, the administrator among them, and is erased then.
FIRST_ADMINISTRATOR = "setup@contoso.test"
GLOBAL_ADMINISTRATOR = "Global Administrator"
ORGANISED = (
    *("--organisation", ORGANISATION, "--admin", FIRST_ADMINISTRATOR),
    *("--demand", "everyone", "--grace-days", "0"),
)
# So that more can be tried; methods of the import may reset a password at once.
RULES = ("passwordReset=everyone", "resetWaitHours=0", "rememberDays=14")
SECRET_BYTES = 32
COLUMNS: Mapping[str, str] = {
    "userPrincipalName": "user_principal_name",
    "displayName": "name",
    "givenName": "given_name",
    "mail": "mail",
    "authenticationPhone": "phone",
    "password": "password",
}


class PreparationError(Exception):
    """The folder cannot be prepared; the message is for the person who runs the demo."""


def prepare(folder: Path, public_url: str, own_url: str) -> list[Person]:
    """Return the people of the organisation in ``folder``, which is created if missing.

    An existing folder is kept, with all its changes; an incomplete one is made again. ``own_url``
    is where the demo's own pages are: the tile of its application leads there.
    """
    if not (folder / PEOPLE_FILE).exists():
        if folder.exists() and any(folder.iterdir()):
            if not (folder / MARKER).exists():
                message = (
                    f"{folder} is there already and is no demo. Move it away, or name another."
                )
                raise PreparationError(message)
            shutil.rmtree(folder)
        _make(folder, public_url)
    _lead_to(folder, own_url)
    return kept(folder / PEOPLE_FILE)


def client_id(folder: Path) -> str:
    """Return the id that the application shows."""
    return str(_application(folder)["clientId"])


def widest_limits() -> list[str]:
    """Return rules that set each limit to its widest figure: trying around locks nobody out."""
    found = []
    for limit in in_force().values():
        if limit.bounds:
            least, greatest = limit.bounds
            # Of a pace, the figure is how many seconds to wait.
            found.append(f"limits.{limit.name}={least if limit.pace else greatest}")
    return found


def _make(folder: Path, public_url: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MARKER).touch()
    people = with_passwords(PEOPLE)
    secret = folder / CARRIER_FILE
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(SECRET_BYTES) + "\n")
    users = folder / "people.csv"
    _write(people, users)
    # The port of a program's address on this machine may be any, so another one can be chosen.
    redirect = f"http://localhost{SIGNED_IN}"
    try:
        *_, made, _ = _proofup(
            folder,
            ["init", "--public-url", public_url, *ORGANISED],
            ["import", "users", str(users.absolute())],
            *(
                ["role", "assign", person.user_principal_name, GLOBAL_ADMINISTRATOR]
                for person in people
                if person.administrator
            ),
            ["user", "delete", FIRST_ADMINISTRATOR],
            ["user", "erase", FIRST_ADMINISTRATOR],
            ["policy", "set", *RULES, *widest_limits()],
            ["app", "create", APPLICATION, "--public", "--native", redirect],
            ["app", "grant", APPLICATION, "--delegated", "User.Read"],
        )
    finally:
        users.unlink()  # it holds passwords, which people.json has too
    (folder / APPLICATION_FILE).write_text(json.dumps(made) + "\n")
    keep(people, folder / PEOPLE_FILE)


def _lead_to(folder: Path, own_url: str) -> None:
    """Let the tile of the application lead to ``own_url``, if it leads elsewhere so far."""
    application = _application(folder)
    if application.get("ownUrl") == own_url:
        return
    told = ["--description", "A site of Contoso, to sign in to"]
    told += ["--home-page", own_url + OPEN, "--sign-out", own_url + SIGNED_OUT]
    _proofup(folder, ["app", "change", str(application["clientId"]), *told])
    (folder / APPLICATION_FILE).write_text(json.dumps({**application, "ownUrl": own_url}) + "\n")


def _application(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / APPLICATION_FILE).read_text())
    return found


def environment(folder: Path, *, phone_port: int, smtp_port: int) -> dict[str, str]:
    """Return the settings that make Proofup send to the demo's phone and mailbox."""
    secret = (folder / CARRIER_FILE).read_text().strip()
    return {
        "PROOFUP_ORGANISATION__HELP_DESK_PHONE": "+44 20 7946 0018",
        "PROOFUP_ORGANISATION__HELP_DESK_MAIL": "help-desk@contoso.test",
        "PROOFUP_ORGANISATION__HELP_DESK_HOURS": "Monday to Friday, 8 to 18",
        "PROOFUP_ORGANISATION__DEFAULT_REGION": "GB",
        "PROOFUP_TEXTS__WEBHOOK": f"http://localhost:{phone_port}/orders",
        "PROOFUP_TEXTS__SECRET": secret,
        "PROOFUP_TEXTS__SENDER": ORGANISATION,
        "PROOFUP_CALLS__WEBHOOK": f"http://localhost:{phone_port}/orders",
        "PROOFUP_CALLS__SECRET": secret,
        "PROOFUP_CALLS__CALLER": CALLER,
        "PROOFUP_OUTBOUND_ALLOW": f"localhost:{phone_port}",
        "PROOFUP_SMTP__HOST": "localhost",
        "PROOFUP_SMTP__PORT": str(smtp_port),
        "PROOFUP_SMTP__SECURITY": "none",
        "PROOFUP_SMTP__SENDER": f"{ORGANISATION} sign-in <security@contoso.test>",
    }


def _write(people: Sequence[Person], file: Path) -> None:
    file.touch(mode=0o600)
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        rows.writerows([getattr(person, name) for name in COLUMNS.values()] for person in people)


def _proofup(folder: Path, *commands: list[str]) -> list[dict[str, object]]:
    """Run commands on the folder, and return the facts that each answers."""
    done = subprocess.run(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "demo.commands", str(folder.absolute())],
        cwd=Path(__file__).parents[1],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        message = f"The organisation could not be made:\n{done.stderr.strip()}"
        raise PreparationError(message)
    answers: list[dict[str, object]] = json.loads(done.stdout)
    return answers
