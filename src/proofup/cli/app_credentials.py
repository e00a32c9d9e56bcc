"""``proofup app secret`` and ``certificate``: how an application proves which one it is."""

import argparse
from datetime import timedelta
from pathlib import Path

from proofup.administration.applications.certificates import add_certificate
from proofup.administration.applications.credentials import (
    LIFETIME,
    add_secret,
    remove_credential,
)
from proofup.administration.applications.finding import find_application
from proofup.cli.app import application_argument, named
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError

LONGEST_CERTIFICATE = 64 * 1024  # bytes


def secret_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which application gets a secret, and for how long."""
    application_argument(parser)
    parser.add_argument("--days", type=int, default=LIFETIME.days, help="how long it is valid")
    parser.add_argument("--name", dest="told", default="", help="a note to know it by")


def certificate_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which application gets which certificate."""
    application_argument(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="the certificate, in PEM or DER")


def remove_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which secret or certificate goes."""
    application_argument(parser)
    parser.add_argument("id", metavar="ID", help="id of a secret or certificate")


async def secret(arguments: argparse.Namespace, output: Output) -> int:
    """Give an application another secret, and show it this once."""
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        ends_at = service.at + timedelta(days=arguments.days)
        act = add_secret(
            service.acts,
            service.actor("app secret"),
            found,
            name=arguments.told,
            ends_at=ends_at,
            at=service.at,
        )
        made = await service.carry_out(act)
    facts = {
        **named(found),
        "keyId": made.stored.id,
        "clientSecret": made.secret.reveal(),
        "endDateTime": ends_at.isoformat(),
    }
    words = f"{found.name} has a new secret until {ends_at:%Y-%m-%d}.\nShown this once: "
    output.say(f"{words}{made.secret.reveal()}\nIts id: {made.stored.id}", facts)
    return 0


async def certificate(arguments: argparse.Namespace, output: Output) -> int:
    """Let an application prove itself by a certificate."""
    try:
        with arguments.file.open("rb") as opened_file:
            content = opened_file.read(LONGEST_CERTIFICATE)
    except OSError as error:
        raise RefusedError("FILE", f"cannot be read: {error.strerror}.") from error
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        actor = service.actor("app certificate")
        act = add_certificate(service.acts, actor, found, content, at=service.at)
        added = (await service.carry_out(act)).stored
    thumbprint = added.sha1.hex().upper()
    words = f"{found.name} may use the certificate {thumbprint} until {added.ends_at:%Y-%m-%d}."
    facts = {**named(found), "keyId": added.id, "thumbprint": thumbprint}
    output.say(words, facts)
    return 0


async def remove(arguments: argparse.Namespace, output: Output) -> int:
    """Remove a secret or certificate of an application, and end its tokens."""
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        actor = service.actor("app remove-credential")
        await service.carry_out(remove_credential(actor, found, arguments.id, at=service.at))
    output.say(f"{found.name} has lost that credential; its tokens have ended.", named(found))
    return 0
