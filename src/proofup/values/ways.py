"""The ways a second proof is given.

The words are Graph's ``userDefaultAuthenticationMethodType``; the classic page of Entra has
other words for the same things, which only its own view needs.
"""

from enum import StrEnum


class Way(StrEnum):
    """One way to answer a challenge; a phone may offer several.

    The stronger comes first, and is what is asked for where a person has chosen no default.
    """

    OATH = "oath"
    SMS = "sms"
