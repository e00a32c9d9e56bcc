"""The people of the demo's organisation, and their passwords."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

# 31 letters that do not look alike; 16 of them have 79 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, LETTERS = 4, 4  # long enough for people without a second proof


@dataclass(frozen=True)
class Person:
    """A person at Contoso; missing values are empty strings."""

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
        """Every phone of the person: its number in E.164, and its label."""
        found = ((self.phone, ""), (self.office, ", office"), (self.alternate, ", alternate"))
        return [(number.replace(" ", ""), f"{self.name}{use}") for number, use in found if number]


# Numbers from the ranges that regulators reserve for fiction, if there are any.
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
    Person(
        "Kim Larsen",
        "kim.larsen@contoso.test",
        "+44 7700900412",
        "kim@fabrikam.test",
        administrator=True,
    ),
)


def with_passwords(people: Sequence[Person]) -> list[Person]:
    """Return ``people``, each with a new random password."""
    return [replace(person, password=_password()) for person in people]


def keep(people: Sequence[Person], file: Path) -> None:
    """Write ``people`` to a file that only its owner can read."""
    file.touch(mode=0o600)
    file.write_text(json.dumps([asdict(person) for person in people], indent=2) + "\n")


def kept(file: Path) -> list[Person]:
    """Return the people of ``file``."""
    return [Person(**facts) for facts in json.loads(file.read_text())]


def _password() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))
    return "-".join(groups)
