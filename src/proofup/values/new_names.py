"""What a new user name has to be: RFC 8265, section 3.3, *UsernameCaseMapped Profile*.

Names that exist are looked up by ``values.names`` alone, so that nobody loses an account by a rule
that is younger than their name. The letters beyond ASCII are those of the IdentifierClass (RFC
8264, section 4.2), which has them from the tables of IDNA 2008.
"""

import re

from proofup.values.errors import InvalidNameError
from proofup.values.names import canonical_name

SIGNS = re.compile(r"[!-/:-@\[-`{-~]+")  # of ASCII, all of which the profile takes


def check_new_name(typed: str) -> None:
    """Raise InvalidNameError unless ``typed`` may become somebody's user name.

    Reasons beside those of ``canonical_name``: ``symbols`` (emoji, punctuation of other scripts,
    letters nobody writes any more) and ``directions`` (left and right mixed, RFC 5893 section 2).
    """
    name = canonical_name(typed)
    if name.isascii():
        return
    local, _, domain = name.rpartition("@")
    for part in (local, *domain.split(".")):
        _check_part(part)


def _check_part(part: str) -> None:
    import idna  # its tables are large, and most names are of ASCII

    try:
        idna.check_bidi(part)
    except idna.IDNABidiError as error:
        raise InvalidNameError("directions") from error
    for word in filter(None, SIGNS.split(part)):
        try:
            idna.check_label(word)
        except idna.IDNAError as error:
            raise InvalidNameError("symbols") from error
