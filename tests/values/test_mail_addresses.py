import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofup.values.mail_addresses import (
    InvalidMailAddressError,
    deliverable,
    mail_address,
    wire_address,
)

LOCALS = st.from_regex(r"\A[a-z0-9+_'-]{1,20}(\.[a-z0-9]{1,10})?\Z")
ASCII_DOMAINS = ["contoso.test", "mail.example.org", "xn--bcher-kva.example", "intranet", "3m.test"]
OTHERS = ["bücher.example", "straße.example", "例え.jp", "пример.рф", "मेल.भारत", "ドメイン名例.jp"]
DOMAINS = st.sampled_from([*ASCII_DOMAINS, *OTHERS, "مثال.السعودية", "παράδειγμα.ελ"])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("kim@contoso.test", "kim@contoso.test"),
        ("Kim.Lee+mfa@Contoso.test", "Kim.Lee+mfa@Contoso.test"),
        ("Kim Lee <kim@contoso.test>", "kim@contoso.test"),
        ('"Lee, Kim" <kim@contoso.test>;', "kim@contoso.test"),
        ("<kim@contoso.test>", "kim@contoso.test"),
        ("mailto:kim@contoso.test", "kim@contoso.test"),
        ("MAILTO:kim@contoso.test?subject=Hello", "kim@contoso.test"),
        ("<mailto:kim@contoso.test>", "kim@contoso.test"),
        ("kim@contoso.test;", "kim@contoso.test"),
        ("kim@contoso.test, ", "kim@contoso.test"),
        ("kim@bücher.example", "kim@bücher.example"),
        ("o'brien@contoso.test", "o'brien@contoso.test"),
    ],
)
def test_one_address_is_found_in_what_people_write(typed: str, stored: str) -> None:
    assert mail_address(typed) == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "form"),
        ("nobody", "form"),
        ("@contoso.test", "form"),
        ("kim@", "form"),
        ("kim@contoso..test", "form"),
        ("kim@contoso.test.", "form"),
        ("kim@-contoso.test", "form"),
        ("kim@con toso.test", "form"),
        ("kim@contoso_.test", "form"),
        ("kim@192.0.2.1", "form"),
        ("kim@[192.0.2.1]", "form"),
        ("kim lee@contoso.test", "form"),
        (".kim@contoso.test", "form"),
        ("kim@lee@contoso.test", "form"),
        ("k" * 65 + "@contoso.test", "form"),
        ("kim@" + ("c" * 63 + ".") * 4 + "test", "form"),
        ("kim@\u2028.example", "form"),
        ("kim@contoso.test\nBcc: all@contoso.test", "several"),
        ("kim@contoso.test; lee@contoso.test", "several"),
        ("kim@contoso.test,lee@contoso.test", "several"),
        ("kim@contoso.test lee@contoso.test", "several"),
        ("Kim <kim@contoso.test>; Lee <lee@contoso.test>", "several"),
        ("кім@contoso.test", "letters"),
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidMailAddressError) as refused:
        mail_address(typed)
    assert refused.value.reason == reason
    assert deliverable(typed) is None


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("kim@bücher.example", "kim@xn--bcher-kva.example"),
        ("kim@straße.example", "kim@xn--strae-oqa.example"),  # not strasse: another domain
        ("kim@例え.jp", "kim@xn--r8jz45g.jp"),
        ("kim@пример.рф", "kim@xn--e1afmkfd.xn--p1ai"),
        ("kim@Contoso.test", "kim@Contoso.test"),
    ],
)
def test_a_domain_of_any_script_goes_over_the_wire_in_ascii(address: str, wire: str) -> None:
    assert wire_address(address) == deliverable(address) == wire


@given(LOCALS, DOMAINS, st.sampled_from(["{}", "A Name <{}>", " mailto:{} ", "{};", "<{}>,"]))
def test_an_address_in_any_spelling_is_stored_plain(local: str, domain: str, form: str) -> None:
    address = f"{local}@{domain}"
    assert mail_address(form.format(address)) == address
    assert wire_address(address).isascii()


@given(st.text(max_size=300) | st.emails())
def test_WE2_any_text_is_an_address_or_refused(typed: str) -> None:
    try:
        stored = mail_address(typed)
    except InvalidMailAddressError as refused:
        assert refused.reason in {"several", "letters", "form"}  # noqa: PT017 - either is right
    else:
        wire = wire_address(stored)
        assert mail_address(stored) == stored
        assert wire_address(wire) == wire
        assert wire.isascii()
        assert wire.isprintable()
        assert " " not in wire


def test_nobody_has_an_address_of_nothing() -> None:
    assert deliverable(None) is None
