"""Prepares the folder of the demo's organisation, once, by Proofup's own command line."""

import csv
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.people import PEOPLE, Person, keep, kept, with_passwords

ORGANISATION = "Contoso"
CALLER = "+442079460018"
MARKER = "this-is-the-demo"  # a folder without it must not be changed
PEOPLE_FILE = "people.json"  # written last: if it exists, the folder is complete
CARRIER_FILE = "carrier.secret"
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


def prepare(folder: Path, public_url: str) -> list[Person]:
    """Return the people of the organisation in ``folder``, which is created if missing.

    An existing folder is kept, with all its changes; an incomplete one is made again.
    """
    if (folder / PEOPLE_FILE).exists():
        return kept(folder / PEOPLE_FILE)
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            message = f"{folder} is there already and is no demo. Move it away, or name another."
            raise PreparationError(message)
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MARKER).touch()
    people = with_passwords(PEOPLE)
    secret = folder / CARRIER_FILE
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(SECRET_BYTES) + "\n")
    administrator = next(person for person in people if person.administrator)
    _proofup(
        "init",
        *("--folder", str(folder), "--organisation", ORGANISATION, "--public-url", public_url),
        *("--admin", administrator.user_principal_name, "--admin-name", administrator.name),
        *("--admin-mail", administrator.mail, "--admin-password-stdin"),
        said=administrator.password,
    )
    users = folder / "people.csv"
    _write([person for person in people if not person.administrator], users)
    try:
        _proofup("import", "users", str(users), "--folder", str(folder))
    finally:
        users.unlink()  # it holds passwords, which people.json has too
    keep(people, folder / PEOPLE_FILE)
    return people


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


def _proofup(*arguments: str, said: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "proofup", *arguments],
        input=f"{said}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        message = f"`proofup {arguments[0]}` did not work:\n{said}"
        raise PreparationError(message)
