"""An import file like one from an old system: all spellings, all kinds of hashes, and errors."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

PHONES = (  # the region comes with the row where the number has no country code
    ("+44 7700 9{:05}", ""),
    ("+447700 9{:05}", "DK"),
    ("0044 7700-9{:05}", ""),
    ("07700 9{:05}", "GB"),
    ("(0)7700.9{:05}", "GB"),
    ("\uff0b44 7700 9{:05}", ""),
    ("\u202a+44 7700 9{:05}\u202c", ""),
    ("+1 (425) 55{:05}", ""),
    ("tel:+44-7700-9{:05}", ""),
    ("0011 44 7700 9{:05}", "AU"),
    ("+44 (0) 7700\u20119{:05}\ufe0f", ""),
    ("", ""),
)
NAMES = (
    "Robin Ashby",
    "Zoë Møller",
    "李小龍",
    "Ὀδυσσεύς",
    "Ségolène d'Arc",
    "محمد علي",
    '"Pat", O\'Neil',
    "علی\u200cرضا رضایی",  # noqa: RUF001
    "山田\u3000太郎",
    "Anna\u00a0Maria\u202fvan Dijk\u200e",
)
MAILS = ("", "u{}@fabrikam.test", "U <u{}@fabrikam.test>;", "mailto:u{}@b\u00fccher.test")
HASHES = {  # by password; each was made by its source
    "test123": "{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a",
    "rasmuslerdorf": "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq",
    "password": "$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ",
    "not a password": "pbkdf2_sha1$10000$wz5B6WkasRoF$atJmJ1o+XfJxKq1+Nu1f1i57Z5I=",
    "lètmein": (
        "scrypt$16384$seasalt$8$1$"
        "Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw=="
    ),
    "my password": (
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw=="
    ),
}
COLUMNS = (
    "userPrincipalName",
    "displayName",
    "authenticationPhone",
    "usageLocation",
    "mail",
    "passwordHash",
)
FAULTS = (
    ("userPrincipalName", "no name"),
    ("displayName", ""),
    ("authenticationPhone", "+44 12"),
    ("authenticationPhone", "0900 FLOWERS"),
    ("mail", "nobody"),
    ("mail", "a@fabrikam.test; b@fabrikam.test"),
    ("authenticationPhone", "447700900067.0"),
    ("userPrincipalName", "\u0131stanbul\u2019s@contoso.test"),
    ("passwordHash", "$2y$15$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq"),
    ("passwordHash", "d41d8cd98f00b204e9800998ecf8427e"),
    ("usageLocation", "England"),
    ("userPrincipalName", "THE SAME"),  # in whose place comes the name of the line before
)


@dataclass
class Messy:
    """The contents of the file: bad fields by line, good users, and passwords by user name."""

    bad: dict[int, str] = field(default_factory=dict)
    good: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)


def write_messy(file: Path, count: int) -> Messy:
    """Write ``count`` rows, each seventh bad, and return what is in them."""
    made = Messy()
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        rows.writerows(_rows(made, count))
    return made


def _rows(made: Messy, count: int) -> Iterator[dict[str, str]]:
    random = Random(20261125)  # noqa: S311 - the same file in every run
    passwords = list(HASHES.items())
    faults = list(FAULTS)
    for number in range(count):
        phone, region = random.choice(PHONES)
        name = name_of(number)
        row = {
            "userPrincipalName": name,
            "displayName": random.choice(NAMES),
            "authenticationPhone": phone.format(number % 100_000),
            "usageLocation": region,
            "mail": random.choice(MAILS).format(number),
        }
        if number % 3 == 0:
            made.passwords[name], row["passwordHash"] = random.choice(passwords)
        if number % 7 == 6:
            column, text = faults[number // 7 % len(faults)]
            row[column] = name_of(number - 1).upper() if text == "THE SAME" else text
            made.bad[number + 2] = column
            made.passwords.pop(name, None)
        else:
            made.good.append(name)
        yield row


def name_of(number: int) -> str:
    return f"u{number:06}@contoso.test"
