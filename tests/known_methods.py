"""The methods of the service, and their options, for tests without a store."""

from collections.abc import Sequence

from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import Option, catalogue
from proofup.methods.protocol import RegisteredMethod
from proofup.values.ways import Way

METHODS = catalogue(organisation="Contoso", digests=lambda *_: [b""], languages=Catalogues())


def option(way: Way, methods: Sequence[RegisteredMethod] = ()) -> Option:
    """Return the option to answer in ``way``, with ``methods``."""
    return Option(METHODS.traits[way], tuple(methods))
