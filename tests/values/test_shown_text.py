# ruff: noqa: RUF001 - letters of many scripts are meant
"""Names of people in forty scripts, as their keyboards write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.values.shown_text import REFUSED, UnshowableTextError, shown_text

NAMES = (
    *("Åsa Öberg", "Nguyễn Thị Ánh", "Łucja Żółć", "Þórdís", "Mbugũa", "ʻOkina", "D’Angelo"),
    *("Αθηνά Παπαδοπούλου", "Елена Щёголева", "Олександр Мар’яненко", "ԱՆԻ Սարգսյան"),
    *("ნინო ბერიძე", "שָׂרָה לֵוִי", "ليلى عبد الله", "علی\u200cرضا", "سَلْمیٰ", "ܐܦܪܝܡ", "ތ ބޮޑު"),
    *("ߊߟߊ", "राधा शर्मा", "क्\u200dष", "রাধা সেন", "র\u200d্যাব", "ਗੁਰਪ੍ਰੀਤ", "રાધા", "ରାଧା", "ராதா"),
    *("రాధ", "ರಾಧಾ", "രാധ", "ශ්\u200dරී ලංකා", "สมชาย ใจดี", "ສົມຊາຍ", "བསྟན་འཛིན", "အောင်ဆန်း", "សុខា"),
    *(
        "አበበ ቢቂላ",
        "ᏣᎳᎩ",
        "ᐃᓄᒃ",
        "ᠮᠣᠩᠭᠣᠯ",
        "ᠨᠢ\u180bᠭᠡ",
        "山田\u3000太郎",
        "葛\U000e0100城",
        "みどり",
    ),
    *(
        "スーパー・マリオ",
        "김 민수",
        "ㄅㄆㄇ",
        "ꆈꌠ",
        "ꋊꈩ",
        "ᜊᜌᜊᜌᜒᜈ᜔",
        "ᬩᬮᬶ",
        "ꦗꦮ",
        "ᮞᮥᮔ᮪ᮓ",
        "ᨅᨔ",
        "ᨲ᩠ᩅᨾ",
    ),
    *("ⴰⵎⴰⵣⵉⵖ", "𞤀𞤁𞤂𞤢𞤥", "ꓡꓲꓢꓴ", "𖤁𖤂", "ᱥᱟᱱᱛᱟᱲᱤ", "ꯃꯤꯇꯩ", "𑄌𑄋𑄴𑄟𑄳𑄦", "𠮷野家", "𪜈"),
    *("ꤊꤢꤛꤢ꤭", "ꨌꩌ", "ꠍꠤꠟꠐꠤ", "ᰛᰩᰴ", "ᤕᤠᤰᤌᤢᤱ", "ꡏꡡꡃ", "ᥖᥭᥰ", "𐒘𐒖𐒇"),
)
SCRIPTS = {
    unicodedata.name(letter).split()[0] for name in NAMES for letter in name if letter.isalpha()
}


def test_the_names_are_of_more_than_forty_scripts() -> None:
    assert len(SCRIPTS) > 40


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_script_is_kept_as_its_owner_writes_it(name: str) -> None:
    for form in (name, unicodedata.normalize("NFD", name)):
        assert shown_text(form) == form.replace("\u3000", " ")


@given(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from("\u00a0\u1680\u2007\u2009\u202f\u205f\u3000\t"),
    st.text("\u200b\u200e\u200f\u202a\u202c\u2066\u2069\ufeff\u00ad \t", max_size=4),
)
def test_spaces_become_a_space_and_marks_that_show_nothing_are_dropped(
    given_name: str, surname: str, space: str, around: str
) -> None:
    name = f"{shown_text(given_name)} {shown_text(surname)}"
    marks = around.replace(" ", "").replace("\t", "")
    assert shown_text(f"{around}{given_name}{marks}{space}{surname}{around}") == name


CONTROLS = "\x00\x07\x1b\x7f\x85\n\u2028"
SHOWN_BY_NO_FONT = "\ud800\ue000\uffff\ufdd0\U0010ffff"


@pytest.mark.parametrize("text", [f"a{letter}b" for letter in CONTROLS + SHOWN_BY_NO_FONT])
def test_control_characters_and_what_no_font_shows_are_refused(text: str) -> None:
    with pytest.raises(UnshowableTextError):
        shown_text(text)


@pytest.mark.parametrize("text", ["", " \t\u00a0", "\u200b", "\u200d", " \u200e\u200c "])
def test_a_text_that_shows_nothing_is_empty(text: str) -> None:
    assert not shown_text(text)


def test_an_ideograph_that_is_newer_than_our_tables_is_kept() -> None:
    assert shown_text("\U00031350") == "\U00031350"


@given(st.text())
def test_WE2_any_text_is_shown_text_or_refused(text: str) -> None:
    try:
        shown = shown_text(text)
    except UnshowableTextError:
        return
    assert shown_text(shown) == shown == shown.strip()
    assert not any(unicodedata.category(letter) in REFUSED - {"Cn"} for letter in shown)
