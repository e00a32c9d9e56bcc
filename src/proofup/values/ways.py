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
    VOICE_MOBILE = "voiceMobile"
    VOICE_OFFICE = "voiceOffice"
    VOICE_ALTERNATE_MOBILE = "voiceAlternateMobile"
    RECOVERY_CODE = "recoveryCode"  # ours; in place of any of the others, and never asked for

    @property
    def is_typed(self) -> bool:
        """Whether the answer is typed into a page; else it is given on the device itself."""
        return self in {Way.OATH, Way.SMS, Way.RECOVERY_CODE}

    @property
    def can_be_default(self) -> bool:
        """Whether a person may prefer it: an alternate phone is only ever another option."""
        return self not in {Way.VOICE_ALTERNATE_MOBILE, Way.RECOVERY_CODE}


VOICES = (Way.VOICE_MOBILE, Way.VOICE_OFFICE, Way.VOICE_ALTERNATE_MOBILE)
