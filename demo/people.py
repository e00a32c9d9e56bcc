"""Who works at the demo's organisation, and with which passwords."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

# No letters that look alike; 16 of these 31 are 79 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, LETTERS = 4, 4  # long enough for those who have no second proof yet


@dataclass(frozen=True)
class Person:
    """Somebody at Contoso; empty strings where there is nothing."""

    name: str
    user_principal_name: str
    phone: str = ""
    mail: str = ""
    office: str = ""
    alternate: str = ""
    password: str = ""
    administrator: bool = False

    @property
    def given_name(self) -> str:
        """The name that mails greet by."""
        return self.name.split(" ", 1)[0]

    @property
    def phones(self) -> list[tuple[str, str]]:
        """Every phone on their desk or in their pocket: as carriers write it, and whose it is."""
        found = ((self.phone, ""), (self.office, ", office"), (self.alternate, ", alternate"))
        return [(number.replace(" ", ""), f"{self.name}{use}") for number, use in found if number]


# Numbers from the ranges that regulators keep for stories where there are such.
PEOPLE = (
    Person(
        "Robin Ashby",
        "robin.ashby@contoso.test",
        "+44 7700900067",
        "robin@fabrikam.test",
        office="+44 2079460123",
        alternate="+44 7700900190",
    ),
    Person("Ines Costa", "ines.costa@contoso.test", "+351 912345678", "ines@fabrikam.test"),
    Person(
        "Priya Nair",
        "priya.nair@contoso.test",
        mail="priya@fabrikam.test",
        office="+44 2079460124",
    ),
    Person("Kim Larsen", "kim.larsen@contoso.test", mail="kim@fabrikam.test", administrator=True),
)


def with_passwords(people: Sequence[Person]) -> list[Person]:
    """Return ``people``, each with a password drawn now."""
    return [replace(person, password=_password()) for person in people]


def keep(people: Sequence[Person], file: Path) -> None:
    """Write ``people`` where only their owner can read them."""
    file.touch(mode=0o600)
    file.write_text(json.dumps([asdict(person) for person in people], indent=2) + "\n")


def kept(file: Path) -> list[Person]:
    """Return the people of ``file``."""
    return [Person(**facts) for facts in json.loads(file.read_text())]


def _password() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))
    return "-".join(groups)
