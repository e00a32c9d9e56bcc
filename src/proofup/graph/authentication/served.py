"""The operations on a person's authentication."""

from collections.abc import Iterator

from proofup.graph.authentication import absent, password, preferences, reading, root
from proofup.graph.authentication.deleting import deleting
from proofup.graph.operations import Operation, of_user
from proofup.graph.resources import BETA, MethodResource, Resources
from proofup.graph.scopes import (
    CHANGE_REQUIREMENTS,
    READ_REQUIREMENTS,
    RESET_PASSWORD,
    changing_methods,
    reading_methods,
)

ROOT = "/authentication"
METHODS = f"{ROOT}/methods"
PASSWORDS = f"{ROOT}/passwordMethods"


def operations(resources: Resources) -> Iterator[Operation]:
    """Yield all of them, for the kinds of methods that have ``resources``."""
    yield from _of_all_kinds()
    yield from _of_password()
    for resource in resources.values():
        yield from _of_kind(resource)
    yield from absent.operations(one.segment for one in resources.values())
    yield from _of_requirements()


def _of_all_kinds() -> Iterator[Operation]:
    scopes = reading_methods()
    yield from of_user("GET", ROOT, root.get_authentication, scopes)
    yield from of_user("GET", METHODS, reading.list_all, scopes)
    yield from of_user("GET", f"{METHODS}/$count", reading.count_all, scopes)
    yield from of_user("GET", f"{METHODS}/{{method}}", reading.get_any, scopes)
    yield from of_user("GET", f"{ROOT}/operations", password.list_operations, scopes)
    yield from of_user("GET", f"{ROOT}/operations/{{operation}}", password.get_operation, scopes)


def _of_password() -> Iterator[Operation]:
    scopes = reading_methods("Password")
    yield from of_user("GET", PASSWORDS, password.list_passwords, scopes)
    yield from of_user("GET", f"{PASSWORDS}/$count", password.count_passwords, scopes)
    yield from of_user("GET", f"{PASSWORDS}/{{method}}", password.get_password, scopes)
    for below in (METHODS, PASSWORDS):
        path = f"{below}/{{method}}/resetPassword"
        yield from of_user("POST", path, password.reset, RESET_PASSWORD)


def _of_kind(resource: MethodResource) -> Iterator[Operation]:
    listed, count, get = reading.of_one_kind(resource)
    scopes, below = reading_methods(resource.scope), f"{ROOT}/{resource.segment}"
    versions = resource.versions
    yield from of_user("GET", below, listed, scopes, versions=versions)
    yield from of_user("GET", f"{below}/$count", count, scopes, versions=versions)
    yield from of_user("GET", f"{below}/{{method}}", get, scopes, versions=versions)
    delete, changing = deleting(resource), changing_methods(resource.scope)
    yield from of_user("DELETE", f"{below}/{{method}}", delete, changing, versions=versions)


def _of_requirements() -> Iterator[Operation]:
    scopes, path = reading_methods(), f"{ROOT}/signInPreferences"
    changing = changing_methods()
    yield from of_user("GET", path, preferences.get_preferences, scopes, versions=BETA)
    yield from of_user("PATCH", path, preferences.set_preferences, changing, versions=BETA)
    path = f"{ROOT}/requirements"
    read, change = preferences.get_requirements, preferences.set_requirements
    yield from of_user("GET", path, read, READ_REQUIREMENTS, versions=BETA)
    yield from of_user("PATCH", path, change, CHANGE_REQUIREMENTS, versions=BETA)
