"""Hashes of other systems; every string was made by its source or published with it."""

import base64
import struct

import pytest

from proofup.hashing.foreign import (
    MOST_ITERATIONS,
    UnacceptableHashError,
    read_foreign_hash,
)
from proofup.hashing.recipes import Argon2, Bcrypt
from proofup.hashing.verifiers import foreign_verifier, forms, verify_foreign

PEPPER = bytes(range(32))

# Password and hash, by where the string is from.
KNOWN = {
    "PHP manual, password_verify": (
        "rasmuslerdorf",
        "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq",
    ),
    "crypt_blowfish, 2a": ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    "crypt(3), 80 letters cut at 72": (
        "a" * 80,
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.ODcEJfYFxKziEakDsjep8mcF3zSCvHq",
    ),
    "crypt(3), UTF-8": (
        "pässwörd lang genug",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.JJluhERabCCDMfS003mUPAtUCzX6gOK",
    ),
    "djangohashers, bcrypt": (
        "ExjGmyUT73bFoT",
        "bcrypt$$2b$12$LZSJchsWG/DrBy1erNs4ee31eJ7DaWiuwhDOC7aqIyqGGggfu6Y/.",
    ),
    "djangohashers, bcrypt_sha256": (
        "ExjGmyUT73bFoT",
        "bcrypt_sha256$$2b$12$LZSJchsWG/DrBy1erNs4eeYo6tZNlLFQmONdxN9HPesa1EyXVcTXK",
    ),
    "Django's tests, Argon2 of version 1.0": (
        "secret",
        (
            "argon2$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$gwQOXSNhxiOxPOA0+PY10P9QFO4NAYysnqRt1GSQLE55m+"
            "2GYDt9FEjPMHhP2Cuf0nOEXXMocVrsJAtNSsKyfg"
        ),
    ),
    "the reference implementation, Argon2i of version 1.0": (
        "password",
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    ),
    "passuth, Argon2d": (
        "password",
        "$argon2d$v=19$m=16,t=2,p=1$Mmx3eWR3YkJONkhoTGFnNA$HD1EIj2bqdfwQrJDP+FY6w",
    ),
    "passuth, Argon2id": (
        "password",
        "$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ",
    ),
    "Django 4.0, PBKDF2": (
        "lètmein",
        "pbkdf2_sha256$320000$seasalt$Toj2II2rBvFiGQcPmUml1Nlni2UtvyRWwz/jz4q6q/4=",
    ),
    "passlib, Django's PBKDF2 with SHA-1": (
        "not a password",
        "pbkdf2_sha1$10000$wz5B6WkasRoF$atJmJ1o+XfJxKq1+Nu1f1i57Z5I=",
    ),
    "Django's tests, scrypt": (
        "lètmein",
        (
            "scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdV"
            "CBhhY8mx7rQwite/Pw=="
        ),
    ),
    "passlib's manual, scrypt": (
        "password",
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    ),
    "ASP.NET Core's tests, SHA-1": (
        "my password",
        "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M",
    ),
    "ASP.NET Core's tests, SHA-256": (
        "my password",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
    ),
    "ASP.NET Core's tests, SHA-512 with a long salt": (
        "my password",
        (
            "AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi"
            "9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw=="
        ),
    ),
    "an ASP.NET Core 8 site": (
        "Test123$",
        "AQAAAAIAAYagAAAAENoVftXbReMcFkOwzlfLFgFkx1tZ2PVoFwKaz/7UP6r5rlrymlHMFjMgowJCZl+6YA==",
    ),
    "OpenLDAP, Argon2": (
        "password",
        "{ARGON2}$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ",
    ),
    "Dovecot, Argon2": (
        "password",
        "{ARGON2ID}$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ",
    ),
    "Spring Security, bcrypt": (
        "U*U",
        "{bcrypt}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ),
    "Dovecot, bcrypt": (
        "U*U",
        "{BLF-CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ),
    "OpenLDAP, crypt(3)": (
        "U*U",
        "{CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ),
    "dovecot, SSHA": ("test123", "{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a"),
    "dovecot, SSHA256": (
        "test123",
        "{SSHA256}czO44OTV17PcF1cRxWrLZLy9xHd7CWyVYplr1rOhuMlx/7IK",
    ),
    "dovecot, SSHA512": (
        "test123",
        (
            "{ssha512}xPUl/px+1cG55rUH4rzcwxdOIPSB2TingLpiJJumN2xyDWN4Ix1WQG3ihnvHaWUE8MYNkvMi5rf0C9NYixHs"
            "E6Yh59M="
        ),
    ),
}


def matches(text: str, typed: str) -> bool:
    return verify_foreign(foreign_verifier(read_foreign_hash(text), PEPPER), typed, PEPPER)


@pytest.mark.parametrize(("password", "text"), KNOWN.values(), ids=KNOWN)
def test_a_hash_of_another_system_knows_its_password(password: str, text: str) -> None:
    assert matches(text, password)


@pytest.mark.parametrize(("password", "text"), KNOWN.values(), ids=KNOWN)
def test_a_hash_of_another_system_knows_no_other(password: str, text: str) -> None:
    assert not matches(text, password.swapcase())


def test_bcrypt_reads_72_bytes_as_its_source_did_and_the_hash_made_of_sha256_all() -> None:
    cut = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.u1sPGZ9q71nBaQpv96qJMsRn29aIDCO"  # by crypt(3)
    assert matches(cut, "a" * 71 + "bzzzzzz")
    assert matches(cut, "a" * 71 + "b")
    assert not matches(cut, "a" * 71 + "c")
    whole = Bcrypt("$2b$05$CCCCCCCCCCCCCCCCCCCCC.", of_sha256=True)
    assert whole.digest(b"a" * 72) != whole.digest(b"a" * 73)


def test_what_is_stored_has_nothing_of_the_hash_and_is_bound_to_the_pepper() -> None:
    password, text = KNOWN["dovecot, SSHA"]
    stored = foreign_verifier(read_foreign_hash(text), PEPPER)
    assert text[6:20] not in stored
    assert not verify_foreign(stored, password, bytes(32))


def test_a_recipe_that_was_made_cheaper_in_the_database_is_worth_nothing() -> None:
    password, text = KNOWN["passlib, Django's PBKDF2 with SHA-1"]
    stored = foreign_verifier(read_foreign_hash(text), PEPPER)
    assert "10000" in stored
    assert not verify_foreign(stored.replace("10000", "1"), password, PEPPER)


def test_a_password_is_tried_as_typed_then_as_nfc_then_as_nfkc() -> None:
    assert forms("plain") == (b"plain",)
    assert forms("e\u0301\ufb01") == tuple(
        text.encode() for text in ("e\u0301\ufb01", "\xe9\ufb01", "\xe9fi")
    )
    _, text = KNOWN["Django 4.0, PBKDF2"]
    assert matches(text, "le\u0300tmein")


def test_its_source_may_have_had_letters_that_are_no_text() -> None:
    _, text = KNOWN["dovecot, SSHA"]
    assert not matches(text, "half a pair \ud800")


GOOD_ARGON = "$argon2id$v=19$m={},t={},p={}$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ"
GOOD_SCRYPT = (
    "$scrypt$ln={},r={},p={}$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"
)
GOOD_BCRYPT = "$2y${:02}$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq"
GOOD_PBKDF2 = "pbkdf2_sha256${}$seasalt$Toj2II2rBvFiGQcPmUml1Nlni2UtvyRWwz/jz4q6q/4="

# Sixty-four bytes out of SHA-1 are four times the work.
FOUR_BLOCKS = base64.b64encode(struct.pack(">BIII80x", 1, 0, 600_000, 16)).decode()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (GOOD_BCRYPT.format(15), "cost"),
        (GOOD_BCRYPT.format(3), "cost"),
        (GOOD_PBKDF2.format(MOST_ITERATIONS + 1), "iterations"),
        (GOOD_PBKDF2.format(0), "iterations"),
        (GOOD_SCRYPT.format(19, 8, 1), "memory"),
        (GOOD_SCRYPT.format(14, 8, 99), "work"),
        (GOOD_SCRYPT.format(1, 1, 9999), "scrypt's p"),
        (GOOD_ARGON.format(1024 * 1024 + 1, 1, 1), "memory"),
        (GOOD_ARGON.format(7, 1, 1), "memory"),
        (GOOD_ARGON.format(1024 * 1024, 5, 1), "passes"),
        (GOOD_ARGON.format(1024, 1, 17), "lanes"),
        (FOUR_BLOCKS, "iterations"),
    ],
)
def test_a_hash_that_would_let_a_stranger_burn_the_machine_is_refused(text: str, word: str) -> None:
    with pytest.raises(UnacceptableHashError) as refused:
        read_foreign_hash(text)
    assert word in refused.value.reason


def test_the_dearest_hashes_that_are_taken_are_taken() -> None:
    for text in (
        GOOD_BCRYPT.format(14),
        GOOD_PBKDF2.format(MOST_ITERATIONS),
        GOOD_SCRYPT.format(18, 8, 4),
        GOOD_ARGON.format(1024 * 1024, 4, 16),
    ):
        read_foreign_hash(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "password",
        "88a434c88cca4e900f7874cd98123f43",
        "sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO",
        "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl",
        "$2x$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq",
        "$2y$07$BCryptRequires22Chrctz/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq",
        "$argon2id$v=18$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ",
        "$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBR$UyyArpJ8yasrc93GImQjFQ",
        "$argon2id$v=19$m=16,t=2,p=1$UmtRRmdB$UyyArpJ8yasrc93GImQjFQ",
        "$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$Uyyr",
        "pbkdf2_sha256$x$seasalt$Toj2II2rBvFiGQcPmUml1Nlni2UtvyRWwz/jz4q6q/4=",
        "pbkdf2_sha256$1$seasalt$Toj2II2r",
        "pbkdf2_sha256$",
        "scrypt$16383$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG",
        "scrypt$16384$seasalt$0$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQ",
        "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=",
        "AQAAAAM" + "A" * 76 + "=",
        "AQAAAAEAACcQ",
        "AQAA!",
        "{SSHA}x",
        "{CRYPT}$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "{BCRYPT}$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$UyyArpJ8yasrc93GImQjFQ",
        "{ARGON2}{ARGON2}$argon2id$v=19$m=16,t=2,p=1$UmtRRmdBRU53QlptNk8ycw$Uyy",
        "{BCRYPT}",
        "{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "x" * 600,
    ],
)
def test_what_its_source_could_not_have_written_is_refused(text: str) -> None:
    with pytest.raises(UnacceptableHashError):
        read_foreign_hash(text)


def test_an_account_without_a_usable_password_is_told_as_such() -> None:
    with pytest.raises(UnacceptableHashError, match="no password"):
        read_foreign_hash("!Zx8mRk2VhQ3cYwP0")


def test_a_hash_is_never_shown_by_accident() -> None:
    _, text = KNOWN["passuth, Argon2id"]
    read = read_foreign_hash(text)
    assert repr(read) == "ForeignHash(argon2id 16 2 1, …)"
    assert isinstance(read.recipe, Argon2)
