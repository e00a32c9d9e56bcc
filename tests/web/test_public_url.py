import pytest

from proofup.web.public_url import PublicUrl


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://id.contoso.test", "https://id.contoso.test"),
        ("https://ID.contoso.test/", "https://id.contoso.test"),
        ("https://id.contoso.test:443", "https://id.contoso.test"),
        ("https://id.contoso.test:8443", "https://id.contoso.test:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_its_origin(text: str, origin: str) -> None:
    url = PublicUrl.of(text)
    assert url.origin == origin
    assert url.is_secure is text.startswith("https")
    assert PublicUrl.of(url.origin) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id.contoso.test",
        "ftp://id.contoso.test",
        "https://",
        "https://id.contoso.test/path",
        "https://id.contoso.test?x=1",
        "https://id.contoso.test#x",
        "https://user@id.contoso.test",
        "http://id.contoso.test",
        "http://192.0.2.1:8080",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="public URL"):
        PublicUrl.of(text)
