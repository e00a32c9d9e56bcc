import pytest

from proofup.config.addresses import Listen, database_url, public_url


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("localhost:0", "localhost", 0),
        ("[::1]:65535", "::1", 65535),
        ("node_1.internal:80", "node_1.internal", 80),
    ],
)
def test_an_address_to_listen_on_reads_and_writes_back(text: str, host: str, port: int) -> None:
    assert Listen.of(text) == Listen(host, port)
    assert str(Listen.of(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "8080", "localhost", ":80", "::1:80", "a b:80", "x:", "x:-1", "x:65536", "x:٨٠", "x:8o"],
)
def test_D39_a_bad_address_to_listen_on_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(address|port)"):
        Listen.of(text)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://id.example.org", "https://id.example.org"),
        ("https://ID.example.org:8443/", "https://id.example.org:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_a_public_url_is_an_origin(text: str, origin: str) -> None:
    assert public_url(text).origin == origin


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("http://id.example.org", "is http on a host"),
        ("http://localhost.example.org", "is http on a host"),
        ("https://id.example.org/mfa", "has more to it"),
        ("https://id.example.org?x", "has more to it"),
        ("https://id.example.org#x", "has more to it"),
        ("https://me@id.example.org", "has more to it"),
        ("https://id.example.org x", "has spaces"),
        ("https://id.example.org\n", "has spaces"),
        ("id.example.org", "is no web address"),
        ("ftp://id.example.org", "is no web address"),
        ("https://", "is no web address"),
        ("https://exa$mple", "is no web address"),
        ("https://id.example.org:0", "has a port"),
        ("https://id.example.org:99999", "has a port"),
        ("https://id.example.org:", "has a port"),
        ("https://id.example.org:x", "has a port"),
    ],
)
def test_D39_a_wrong_public_url_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        public_url(text)


@pytest.mark.parametrize(
    "url", ["sqlite:////var/lib/proofup/proofup.db", "postgresql://db/proofup"]
)
def test_the_two_engines_are_known(url: str) -> None:
    assert database_url(url) == url


@pytest.mark.parametrize("url", ["", "proofup.db", "mysql://db/x", "sqlite://", "sqlite://x.db"])
def test_D39_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"(no database|no path)"):
        database_url(url)
