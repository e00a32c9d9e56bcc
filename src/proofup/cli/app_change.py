"""``proofup app change``: what people see of an application, and who may sign in to it."""

import argparse

from proofup.administration.applications.changing import change_application
from proofup.administration.applications.finding import find_application
from proofup.cli.app import application_argument, facts_of
from proofup.cli.opening import opened
from proofup.cli.output import Output, RefusedError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be changed."""
    application_argument(parser)
    parser.add_argument("--name", dest="new_name", metavar="NAME", help="what people see of it")
    parser.add_argument("--description", metavar="TEXT", help="a line below the name on My Apps")
    tile = parser.add_mutually_exclusive_group()
    tile.add_argument("--home-page", metavar="URL", help="where its tile on My Apps leads")
    tile.add_argument("--no-tile", action="store_true", help="show it on My Apps no more")
    parser.add_argument(
        "--sign-out",
        action="append",
        metavar="URL",
        help="where people may be led after signing out; may be given several times, and replaces "
        "what there was",
    )
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--needs-assignment",
        dest="needs_assignment",
        action="store_const",
        const=True,
        help="only people who are assigned see it and may sign in",
    )
    who.add_argument(
        "--for-everybody",
        dest="needs_assignment",
        action="store_const",
        const=False,
        help="everybody sees it and may sign in",
    )


async def run(arguments: argparse.Namespace, output: Output) -> int:
    """Change an application."""
    told = {
        "name": arguments.new_name,
        "description": arguments.description,
        "home_page": arguments.home_page,
        "needs_assignment": arguments.needs_assignment,
        "sign_out_redirects": arguments.sign_out and tuple(arguments.sign_out),
    }
    properties = {name: value for name, value in told.items() if value is not None}
    if arguments.no_tile:
        properties["home_page"] = None
    if not properties:
        raise RefusedError("APP", "nothing to change was named.", "See --help.")
    async with opened(arguments.folder) as service:
        found = await find_application(service.acts, arguments.name)
        actor = service.actor("app change")
        act = change_application(actor, found, at=service.at, **properties)
        changed = await service.carry_out(act)
    shown = f"a tile that leads to {changed.home_page}" if changed.has_tile else "no tile"
    whom = "people who are assigned" if changed.needs_assignment else "everybody"
    output.say(f"{changed.name} has {shown} and is for {whom}.", facts_of(changed))
    return 0
