from pathlib import Path

import pytest

from proofup.config.errors import SettingsError
from proofup.config.file import FILE_NAME
from proofup.config.reading import read_settings

SECRET = "k" * 32
SMTP = {"PROOFUP_SMTP__HOST": "mail.example.org", "PROOFUP_SMTP__SENDER": "no-reply@example.org"}
SMPP = {
    "PROOFUP_OUTBOUND_ALLOW": "smpp.test:2775",
    "PROOFUP_TEXTS__SMPP__HOST": "smpp.test",
    "PROOFUP_TEXTS__SMPP__USER": "contoso",
    "PROOFUP_TEXTS__SMPP__PASSWORD": "secret",
}
KANNEL = {
    "PROOFUP_TEXTS__KANNEL__URL": "http://localhost:13013/cgi-bin/sendsms",
    "PROOFUP_TEXTS__KANNEL__USER": "proofup",
    "PROOFUP_TEXTS__KANNEL__PASSWORD": "secret",
    "PROOFUP_OUTBOUND_ALLOW": "localhost",
}
TWILIO = {"PROOFUP_TEXTS__TWILIO__ACCOUNT": "AC" + 32 * "0", "PROOFUP_TEXTS__TWILIO__TOKEN": "t"}
CALLS_TWILIO = {
    "PROOFUP_CALLS__TWILIO__ACCOUNT": "AC" + 32 * "0",
    "PROOFUP_CALLS__TWILIO__TOKEN": "t",
}
HTTP = {"PROOFUP_TEXTS__TWILIO__URL": "http://api.example.org"}
CALLS = {"PROOFUP_CALLS__WEBHOOK": "https://voice.example.org", "PROOFUP_CALLS__SECRET": SECRET}
TEXTS = {"PROOFUP_TEXTS__WEBHOOK": "https://sms.example.org", "PROOFUP_TEXTS__SECRET": SECRET}

STREAM = {
    "PROOFUP_LOG_STREAM__WEBHOOK": "https://siem.example.org",
    "PROOFUP_LOG_STREAM__SECRET": SECRET,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = 'public_url = "https://id.example.org"\norganisation.name = "Contoso"\n'
    (tmp_path / FILE_NAME).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "environment",
    [
        SMTP,
        SMTP | {"PROOFUP_SMTP__USER": "u", "PROOFUP_SMTP__PASSWORD": "p"},
        SMTP | {"PROOFUP_SMTP__HOST": "localhost", "PROOFUP_SMTP__SECURITY": "none"},
        SMTP | {"PROOFUP_SMTP__SENDER": "Contoso <no-reply@example.org>"},
        STREAM,
        {"PROOFUP_LOG_STREAM__STANDARD_OUTPUT": "true"},
        TEXTS,
        TEXTS
        | {
            "PROOFUP_TEXTS__WEBHOOK": "http://localhost:8081/texts",
            "PROOFUP_OUTBOUND_ALLOW": "localhost",
        },
        TEXTS | {"PROOFUP_TEXTS__COUNTRIES": "GB,IE"},
        TEXTS | {"PROOFUP_TEXTS__LINES": "personal,tollFree,global"},
        TEXTS | {"PROOFUP_TEXTS__PRICE": "0.05", "PROOFUP_TEXTS__PRICES": "GB=0.04,IE=0.062"},
        KANNEL,
        KANNEL | TEXTS | {"PROOFUP_TEXTS__ORDER": "webhook,kannel"},
        KANNEL | TEXTS | {"PROOFUP_TEXTS__ORDER": "webhook"},
        CALLS | {"PROOFUP_CALLS__CALLER": "+442079460018", "PROOFUP_CALLS__COUNTRIES": "GB"},
        {"PROOFUP_ORGANISATION__DEFAULT_REGION": "GB"},
        {"PROOFUP_ORGANISATION__HELP_DESK_MAIL": "help@example.org"},
    ],
)
def test_what_fits_together_is_taken(folder: Path, environment: dict[str, str]) -> None:
    read_settings(folder, environment)


@pytest.mark.parametrize(
    ("environment", "setting"),
    [
        ({"PROOFUP_DATABASE": "mysql://db/x"}, "database"),
        (TEXTS | {"PROOFUP_TEXTS__PRICES": "GB"}, "texts.prices"),
        (CALLS | {"PROOFUP_CALLS__PRICES": "GB=0.12345"}, "calls.prices"),
        ({"PROOFUP_ORGANISATION__NAME": "x" * 65}, "organisation.name"),
        ({"PROOFUP_ORGANISATION__NAME": "two\nlines"}, "organisation.name"),
        ({"PROOFUP_ORGANISATION__NAME": " "}, "organisation.name"),
        ({"PROOFUP_ORGANISATION__DEFAULT_REGION": "England"}, "organisation.default_region"),
        ({"PROOFUP_ORGANISATION__HELP_DESK_MAIL": "help"}, "organisation.help_desk_mail"),
        (SMTP | {"PROOFUP_SMTP__SECURITY": "none"}, "smtp.security"),
        (SMTP | {"PROOFUP_SMTP__USER": "u"}, "smtp.password"),
        (SMTP | {"PROOFUP_SMTP__PASSWORD": "p"}, "smtp.user"),
        (SMTP | {"PROOFUP_SMTP__SENDER": "nobody"}, "smtp.sender"),
        (SMTP | {"PROOFUP_SMTP__SENDER": "a b@example.org"}, "smtp.sender"),
        (TEXTS | {"PROOFUP_TEXTS__SECRET": "k" * 31}, "texts.secret"),
        (TEXTS | {"PROOFUP_TEXTS__WEBHOOK": "http://sms.example.org"}, "texts.webhook"),
        (TEXTS | {"PROOFUP_TEXTS__WEBHOOK": "sms.example.org"}, "texts.webhook"),
        (TEXTS | {"PROOFUP_TEXTS__WEBHOOK": "https://u:p@sms.example.org"}, "texts.webhook"),
        (TEXTS | {"PROOFUP_TEXTS__WEBHOOK": "http://localhost:8081"}, "texts.webhook"),
        ({"PROOFUP_OUTBOUND_ALLOW": "http://localhost"}, "outbound_allow"),
        ({"PROOFUP_OUTBOUND_ALLOW": "localhost:0"}, "outbound_allow"),
        (TEXTS | {"PROOFUP_TEXTS__LINES": "premium"}, "PROOFUP_TEXTS__LINES"),
        (TEXTS | {"PROOFUP_TEXTS__COUNTRIES": "GB,Ireland"}, "texts.countries"),
        (TEXTS | {"PROOFUP_TEXTS__SENDER": "two\nlines"}, "texts.sender"),
        ({"PROOFUP_TEXTS__SENDER": "Contoso"}, "texts.webhook"),
        ({"PROOFUP_TEXTS__WEBHOOK": "https://sms.example.org"}, "texts.secret"),
        (KANNEL | {"PROOFUP_TEXTS__SECRET": SECRET}, "texts.webhook"),
        (KANNEL | {"PROOFUP_TEXTS__ORDER": "webhook"}, "texts.order"),
        (KANNEL | {"PROOFUP_TEXTS__ORDER": "kannel,kannel"}, "texts.order"),
        (KANNEL | {"PROOFUP_OUTBOUND_ALLOW": "elsewhere"}, "texts.kannel.url"),
        (KANNEL | {"PROOFUP_TEXTS__KANNEL__USER": "pröofup"}, "texts.kannel.user"),
        (KANNEL | {"PROOFUP_TEXTS__KANNEL__PASSWORD": "two\nlines"}, "texts.kannel.password"),
        (SMPP | {"PROOFUP_OUTBOUND_ALLOW": "elsewhere"}, "texts.smpp.host"),
        (SMPP | {"PROOFUP_TEXTS__SMPP__USER": "pröofup"}, "texts.smpp.user"),
        (SMPP | {"PROOFUP_TEXTS__SMPP__PASSWORD": "two\nlines"}, "texts.smpp.password"),
        (SMPP | {"PROOFUP_TEXTS__SMPP__SENDER": "Cöntoso"}, "texts.smpp.sender"),
        (KANNEL | {"PROOFUP_TEXTS__KANNEL__SENDER": "Cöntoso"}, "texts.kannel.sender"),
        (TWILIO, "texts.sender"),
        (TWILIO | {"PROOFUP_TEXTS__SENDER": "+1500", **HTTP}, "texts.twilio.url"),
        ({"PROOFUP_CALLS__CALLER": "+1500"}, "calls.webhook"),
        ({"PROOFUP_CALLS__SECRET": SECRET}, "calls.webhook"),
        ({"PROOFUP_CALLS__WEBHOOK": "https://voice.example.org"}, "calls.secret"),
        (CALLS_TWILIO, "calls.caller"),
        (CALLS_TWILIO | {"PROOFUP_CALLS__SECRET": SECRET}, "calls.webhook"),
        (CALLS | {"PROOFUP_CALLS__WEBHOOK": "http://voice.example.org"}, "calls.webhook"),
        (CALLS | {"PROOFUP_CALLS__SECRET": "k" * 31}, "calls.secret"),
        (CALLS | {"PROOFUP_CALLS__CALLER": "\u260e"}, "calls.caller"),
        (CALLS | {"PROOFUP_CALLS__COUNTRIES": "Ireland"}, "calls.countries"),
        ({"PROOFUP_LOG_STREAM__WEBHOOK": "https://siem.example.org"}, "log_stream.secret"),
        ({"PROOFUP_LOG_STREAM__SECRET": SECRET}, "log_stream.webhook"),
        (STREAM | {"PROOFUP_LOG_STREAM__SECRET": "k" * 31}, "log_stream.secret"),
        (STREAM | {"PROOFUP_LOG_STREAM__WEBHOOK": "http://siem.example.org"}, "log_stream.webhook"),
    ],
)
def test_D39_what_does_not_fit_is_refused_by_name(
    folder: Path, environment: dict[str, str], setting: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(folder, environment)
    assert refused.value.setting == setting
    assert refused.value.fix.startswith("For example: ")
    assert SECRET[:31] not in str(refused.value)


def test_carriers_are_tried_in_the_order_that_is_set(folder: Path) -> None:
    for environment, order in (
        (KANNEL | TEXTS, ["kannel", "webhook"]),
        (KANNEL | TEXTS | {"PROOFUP_TEXTS__ORDER": "webhook,kannel"}, ["webhook", "kannel"]),
        (KANNEL | TEXTS | {"PROOFUP_TEXTS__ORDER": "webhook"}, ["webhook"]),
        (TEXTS, ["webhook"]),
    ):
        texts = read_settings(folder, environment).texts
        assert texts
        assert list(texts.carriers) == order
