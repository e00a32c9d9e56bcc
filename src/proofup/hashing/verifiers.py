"""The stored form of a foreign hash: its parameters, and a keyed digest of its output.

The hash itself is not kept. HMAC-SHA-256 under the pepper stands in its place, so a stolen
database without the key file is no more use for guessing than with our own hashes, even where
the other system's hash was a weak one.
"""

import base64
import hmac
import unicodedata

import msgspec

from proofup.hashing.foreign import ForeignHash
from proofup.hashing.recipes import Bcrypt, Recipe

FOREIGN = "foreign$"  # no string of ours, and none of a kind that is read, begins so

_recipes: msgspec.json.Decoder[Recipe] = msgspec.json.Decoder(Recipe)


def foreign_verifier(foreign: ForeignHash, pepper: bytes) -> str:
    """Return what is stored for ``foreign``."""
    recipe = msgspec.json.encode(foreign.recipe)
    peppered = base64.b64encode(_peppered(recipe, foreign.digest, pepper))
    return f"{FOREIGN}{peppered.decode()}${recipe.decode()}"


def forms(typed: str) -> tuple[bytes, ...]:
    """Return the distinct forms of ``typed`` that its source may have hashed.

    As typed comes first, for nearly all systems hash what the browser sends. Then NFC, which
    nearly all keyboards send, and NFKC, which LDAP's own preparation of strings makes (RFC 4518).
    """
    spellings = (typed, *(unicodedata.normalize(form, typed) for form in ("NFC", "NFKC")))
    return tuple(dict.fromkeys(text.encode(errors="surrogatepass") for text in spellings))


def effort(verifier: str, typed: str) -> str:
    """Return what decides how long it takes to find ``typed`` wrong."""
    return f"{len(forms(typed))} x {_read(verifier)[1].effort}"


def memory_kib(verifier: str) -> int:
    """Return how much memory it takes to check a password against ``verifier``, ours or foreign."""
    if verifier.startswith(FOREIGN):
        return _read(verifier)[1].memory_kib
    return int(verifier.partition("m=")[2].partition(",")[0])


def verify_foreign(verifier: str, typed: str, pepper: bytes) -> bool:
    """Tell whether ``typed`` is the password that ``verifier`` was made of."""
    expected, recipe = _read(verifier)
    encoded = msgspec.json.encode(recipe)
    return any(
        hmac.compare_digest(_peppered(encoded, recipe.digest(form), pepper), expected)
        for form in forms(typed)
    )


def reads_all(verifier: str, typed: str) -> bool:
    """Tell whether ``verifier`` knows ``typed`` to its end.

    Bcrypt reads 72 bytes: with a longer password, what was let in may not be what its owner chose.
    """
    recipe = _read(verifier)[1]
    return not isinstance(recipe, Bcrypt) or all(map(recipe.reads_all, forms(typed)))


def _read(verifier: str) -> tuple[bytes, Recipe]:
    _, peppered, recipe = verifier.split("$", 2)
    return base64.b64decode(peppered), _recipes.decode(recipe)


def _peppered(recipe: bytes, digest: bytes, pepper: bytes) -> bytes:
    # The digest covers the parameters, so that nobody can weaken them in the database.
    return hmac.digest(pepper, len(recipe).to_bytes(4, "big") + recipe + digest, "sha256")
