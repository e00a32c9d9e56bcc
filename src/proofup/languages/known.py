"""The available languages, and the look-up of a tag among them (RFC 4647 §3.4)."""

from collections.abc import Mapping

from msgspec import Struct

LONGEST_TAG = 35  # characters, the buffer size of RFC 5646 §4.4.1


class Language(Struct, frozen=True, kw_only=True):
    """One language: its tag (BCP 47), its own name for itself, its direction.

    ``dates`` is the CLDR locale for writing dates.
    """

    tag: str
    name: str
    dates: str
    is_right_to_left: bool = False

    @property
    def direction(self) -> str:
        """The value of HTML's ``dir``."""
        return "rtl" if self.is_right_to_left else "ltr"


ENGLISH = "en"
LANGUAGES: Mapping[str, Language] = {
    language.tag: language
    for language in (
        # Dates with the day first: 21 November 2026.
        Language(tag=ENGLISH, name="English", dates="en_GB"),
        Language(tag="de", name="Deutsch", dates="de"),
        Language(tag="ar", name="العربية", dates="ar", is_right_to_left=True),
    )
}


def known(tag: str | None) -> str | None:
    """Return the language that ``tag`` means (``de-AT`` is ``de``), or None if we have none."""
    if not tag or len(tag) > LONGEST_TAG:
        return None
    wanted = tag.strip().replace("_", "-").lower()
    while wanted and wanted not in LANGUAGES:
        wanted = wanted.rpartition("-")[0]
    return wanted or None
