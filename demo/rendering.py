"""The demo's templates and files, and how numbers, times and codes are shown."""

import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import phonenumbers
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape
from starlette.responses import Response
from starlette.routing import Route

from proofup.pages.static_files import SHEETS

HERE = Path(__file__).parent
HOME_REGION = "GB"  # for numbers typed without a country code
# The code as a text shows it; a number to call is never introduced by this word.
CODE = re.compile(r"(?<=\bis )(\d{3} \d{3}|\d{6,8})\b")


def environment(service_url: str) -> Environment:
    """Return the templates, with what all of them use."""
    made = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(HERE / "templates"),
                PrefixLoader({"pages": PackageLoader("proofup.pages", "templates")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.globals.update(
        gettext=lambda text, **facts: text % facts if facts else text,
        _=lambda text: text,
        service_url=service_url,
        now=now,
    )
    made.tests["with_a_code"] = CODE.search
    made.filters.update(spaced=spaced, clock=clock, with_code=with_code)
    return made


def file_routes() -> list[Route]:
    """Return the routes of the style sheet, which begins with the product's, script and icon."""
    product = files("proofup.pages") / "static"
    sheets = [(product / f"{name}.css").read_text() for name in SHEETS]
    sheets.append((HERE / "static/demo.css").read_text())
    kept = {
        "/demo.css": ("\n".join(sheets), "text/css"),
        "/mark.svg": ((product / "mark.svg").read_text(), "image/svg+xml"),
        "/demo.js": ((HERE / "static/demo.js").read_text(), "text/javascript"),
    }
    return [
        Route(path, lambda _, text=text, kind=kind: Response(text, media_type=kind))
        for path, (text, kind) in kept.items()
    ]


def e164(typed: str) -> str:
    """Return a typed number in E.164; only its digits if it is no valid number."""
    try:
        parsed = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        return re.sub(r"[^\d+]", "", typed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def spaced(number: str) -> str:
    """Return a number in E.164 as people read it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def clock(at: datetime, seconds: bool = True) -> str:  # noqa: FBT001, FBT002 - a filter's argument
    """Return the time of day on this machine's clock."""
    return at.astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def with_code(body: str) -> Markup:
    """Return the words of a text with its code in large digits, ready to be copied."""
    found = CODE.search(body)
    if found is None:
        return Markup("<p>{}</p>").format(body)
    return Markup('<p>{}</p><p class="digits" id="digits" dir="ltr">{}</p><p>{}</p>').format(
        escape(body[: found.start()].strip()), found[0], body[found.end() :].lstrip(" .")
    )


def now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)
