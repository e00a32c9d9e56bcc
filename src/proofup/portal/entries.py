"""The ways in that people know: My Apps, the profile, and addresses that stood in old mails.

Whoever is not signed in does that first and comes back to the page that was asked for.
"""

from starlette.requests import Request
from starlette.responses import Response

from proofup.audit.events.sign_ins import SignedIn
from proofup.pages.returns import see_other
from proofup.portal.classic import ADDRESS as CLASSIC
from proofup.portal.door import Door
from proofup.portal.recovery import stood_in
from proofup.registration.ports import Actor
from proofup.values.errors import InvalidPhoneNumberError
from proofup.values.names import folded_name
from proofup.values.phone_numbers import parse_phone_number

# Short and old addresses of the page on which methods are kept, in the spellings that stood in
# mails and on posters.
OLD_ADDRESSES = frozenset({"/mfasetup", "/MFASetup", "/proofup.aspx", "/Proofup.aspx"})
MOST_TILES = 200
LONGEST_SEARCH = 100
LOOKED_BACK = 20  # entries in which the last sign-in is looked for


async def to_classic(_: Door, __: Request) -> Response:
    """Send whoever asks by an old address to the page as it is called today."""
    return see_other(CLASSIC)


async def my_apps(door: Door, request: Request, actor: Actor) -> Response:
    """Show what the person may open, and when they signed in before."""
    user = actor.person.user
    tiles = await door.ports.applications.tiles_of(user.id, most=MOST_TILES)
    wanted = request.query_params.get("q", "")[:LONGEST_SEARCH].strip()
    recent = await door.activity.of_user(user.id, most=LOOKED_BACK)
    sign_ins = [entry for entry in recent if isinstance(entry.event, SignedIn)]
    return door.pages.render(
        request,
        "portal/my_apps.html",
        tiles=[one for one in tiles if folded_name(wanted) in folded_name(one.name)],
        has_tiles=bool(tiles),
        wanted=wanted,
        last=sign_ins[1] if len(sign_ins) > 1 else None,
        stood_in=stood_in(door, actor),
    )


async def profile(door: Door, request: Request, actor: Actor) -> Response:
    """Show the public profile, and the way to what is private."""
    user = actor.person.user
    region = door.ports.organisation.default_region
    return door.pages.render(
        request,
        "portal/profile.html",
        user=user,
        mobile_phone=_spaced(user.mobile_phone or "", region),
        business_phones=[_spaced(number, region) for number in user.business_phones],
    )


def _spaced(number: str, region: str | None) -> str:
    """Return a number of the directory in groups, or as it is there where it is none we know."""
    try:
        return parse_phone_number(number, region=region, extension_allowed=True).readable
    except InvalidPhoneNumberError:
        return number
