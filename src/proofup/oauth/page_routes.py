"""The addresses of this door for people."""

from functools import partial

from starlette.routing import Route

from proofup.oauth import authorize, device_login, logout
from proofup.oauth.own_answers import OWN_ANSWERS
from proofup.oauth.page_door import Page, PageDoor
from proofup.web.dialect import Dialect
from proofup.web.mount import Mount

PATTERN = r"/[^/]+/oauth2/v2\.0/(?:authorize|logout)\Z"


def pages_mounted(door: PageDoor, dialect: Dialect) -> Mount:
    """Return the door for people, made with ``door``."""

    def get(path: str, page: Page) -> Route:
        return Route(path, partial(page, door), methods=["GET"])

    def post(path: str, page: Page) -> Route:
        return Route(path, partial(page, door), methods=["POST"])

    return Mount(
        paths=frozenset({"/oauth", device_login.DEVICE_LOGIN}),
        pattern=PATTERN,
        dialect=dialect,
        routes=[
            get(device_login.DEVICE_LOGIN, device_login.show),
            get(authorize.AUTHORIZE, authorize.show),
            get(authorize.CONTINUE, authorize.go_on),
            post(authorize.CONTINUE, authorize.submit),
            get(logout.LOGOUT, logout.show),
            post(logout.CONFIRMED, logout.submit),
            post(device_login.DEVICE_LOGIN, device_login.submit),
            post(device_login.ANSWER, device_login.answer),
        ],
        own_answers=OWN_ANSWERS,
    )
