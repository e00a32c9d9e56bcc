"""The methods of the service, and their options, for tests without a store."""

from collections.abc import Sequence

from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import Option, catalogue
from proofup.methods.registered_methods import RegisteredMethod
from proofup.methods.service_info import ServiceInfo
from proofup.values.ways import Way

SERVICE = ServiceInfo(
    organisation="Contoso",
    digests=lambda *_: [b""],
    languages=Catalogues(),
    host="id.contoso.test",
    origin="https://id.contoso.test",
)
METHODS = catalogue(SERVICE)


def option(way: Way, methods: Sequence[RegisteredMethod] = ()) -> Option:
    """Return the option to answer in ``way``, with ``methods``."""
    return Option(METHODS.traits[way], tuple(methods))
