"""What a client asks for: the scopes of OpenID Connect, and permissions of one resource.

Clients spell them in many ways: ``User.Read``, ``https://graph.microsoft.com/User.Read``,
``<origin>/.default``, ``<origin>//.default``, each beside ``openid profile offline_access email``.
"""

from msgspec import Struct

from proofup.tokens.tenant import Tenant
from proofup.values.errors import ProofupError

OPENID_SCOPES = frozenset({"openid", "profile", "email", "offline_access", "address", "phone"})
DEFAULT = ".default"
LONGEST = 4096  # letters
MOST = 64  # scopes


class InvalidScopeError(ProofupError):
    """The scopes that were asked for cannot be read, or name two resources."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Asked(Struct, frozen=True, kw_only=True):
    """The scopes of a request.

    ``resource`` is "" for Graph, else what stood before the last slash. ``names`` are those of its
    permissions as they were written, ``spelled`` the whole of each: answers repeat that.
    """

    openid: frozenset[str] = frozenset()
    resource: str = ""
    names: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether everything is asked for that was granted before."""
        return DEFAULT in (name.lower() for name in self.names)


def asked_scopes(text: str, tenant: Tenant) -> Asked:
    """Return what ``scope`` asks for. Raises InvalidScopeError."""
    words = text.split()
    if len(text) > LONGEST or len(words) > MOST:
        raise InvalidScopeError("too long")
    openid = frozenset(word.lower() for word in words if word.lower() in OPENID_SCOPES)
    asked = [word for word in words if word.lower() not in OPENID_SCOPES]
    found = [_split(word) for word in asked]
    resources = {"" if tenant.is_graph(resource) else resource for resource, _ in found}
    if len(resources) > 1:
        raise InvalidScopeError("two resources")
    return Asked(
        openid=openid,
        resource=next(iter(resources), ""),
        names=tuple(name for _, name in found),
        spelled=tuple(asked),
    )


def _split(word: str) -> tuple[str, str]:
    """Return the resource and the name of the permission; a slash at the end of the first goes."""
    resource, slash, name = word.rpartition("/")
    if slash and not name:
        raise InvalidScopeError("no permission")
    return resource.removesuffix("/"), name
