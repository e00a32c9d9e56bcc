"""Errors of the core that this door answers itself, or that nothing behind it raises."""

from proofup.directory.passwords import UnacceptablePasswordError
from proofup.directory.roles import LastAdministratorError, NameInUseError, StillHeldError
from proofup.granting.authorize import RedirectedRefusalError
from proofup.granting.bearer import TokenRefusedError
from proofup.granting.refusals import GrantRefusedError
from proofup.policy.budgets import CountryNotServedError, LineNotServedError
from proofup.policy.conversion import CountryStoppedError
from proofup.policy.decision import ProofsBlockedError
from proofup.policy.proofs import NotFreshError
from proofup.tokens.certificates import BadSignatureError, InvalidCertificateError
from proofup.tokens.jwt import BadTokenError
from proofup.tokens.redirects import InvalidRedirectError
from proofup.tokens.resources import InvalidScopeError
from proofup.values.errors import (
    InvalidInputError,
    InvalidNameError,
    NameTakenError,
    ProofupError,
)

OWN_ANSWERS: frozenset[type[ProofupError]] = frozenset(
    {
        BadSignatureError,
        BadTokenError,
        CountryNotServedError,
        CountryStoppedError,
        GrantRefusedError,
        InvalidCertificateError,
        InvalidInputError,
        InvalidNameError,
        InvalidRedirectError,
        InvalidScopeError,
        LastAdministratorError,
        LineNotServedError,
        NameInUseError,
        NameTakenError,
        NotFreshError,
        ProofsBlockedError,
        RedirectedRefusalError,
        StillHeldError,
        TokenRefusedError,
        UnacceptablePasswordError,
    }
)
