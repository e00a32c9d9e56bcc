"""The codes of countries (ISO 3166-1, two letters), and what somebody meant by another one.

Beside the official codes: Kosovo (XK), and Ascension (AC) and Tristan da Cunha (TA), which have
calling codes of their own.
"""

from collections.abc import Mapping

COUNTRIES = frozenset(
    """
    AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO
    DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU
    GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW
    KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU
    MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD
    TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE
    YT ZA ZM ZW
""".split()  # noqa: SIM905 - one column of 252 strings would hide the rest
)
# Codes of other lists, which are often written instead.
MEANT: Mapping[str, str] = {"UK": "GB", "EN": "GB", "EL": "GR", "SF": "FI"}


def is_country(code: str) -> bool:
    """Tell whether ``code`` is the code of a country, in capital letters."""
    return code in COUNTRIES


def meant_country(code: str) -> str | None:
    """Return the country that was probably meant by ``code``, which is none."""
    capitals = code.strip().upper()
    return capitals if capitals in COUNTRIES else MEANT.get(capitals)


def no_country(code: str) -> str:
    """Return what is wrong with ``code``, as the end of a sentence, with the country meant."""
    meant = meant_country(code)
    return f"{code!r} is no ISO 3166 code." + (f" Did you mean {meant}?" if meant else "")
