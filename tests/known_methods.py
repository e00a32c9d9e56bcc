"""The methods of the service, and options of them, for tests that need no world."""

from collections.abc import Sequence

from proofup.languages.catalogues import Catalogues
from proofup.methods.catalogue import Option, catalogue
from proofup.methods.protocol import RegisteredMethod
from proofup.values.ways import Way

METHODS = catalogue(organisation="Contoso", digests=lambda *_: [b""], languages=Catalogues())


def option(way: Way, methods: Sequence[RegisteredMethod] = ()) -> Option:
    """Return the option to answer in ``way``, whichever ``methods`` may."""
    return Option(METHODS.traits[way], tuple(methods))
