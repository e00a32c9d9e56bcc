"""The limits in force, each with its reason where the figure does not speak for itself.

``docs/operators/limits.md`` publishes them. A rule may set each figure within the bounds given
here: the lower bound still lets honest people in, and the upper bound still stops an attacker.
"""

from collections.abc import Mapping
from datetime import timedelta

from proofup.policy.limits import Limit

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Passwords. For browsers that are not known to the account the pause is short and per network. An
# attacker with many networks is stopped for weeks; the owner can use a known browser. NIST SP
# 800-63B-4, Rate Limiting, allows no more than a hundred wrong ones in a row.
PASSWORD_FROM_NETWORK = Limit(
    name="passwordAccountNetwork",
    most=10,
    within=DAY,
    pause=MINUTE,
    longest=HOUR,
    again=1,
    bounds=(3, 20),
)
PASSWORD_OF_ACCOUNT = Limit(name="passwordAccount", most=30, within=HOUR, bounds=(10, 100))
PASSWORD_IN_A_ROW = Limit(name="passwordInARow", most=100, within=30 * DAY, bounds=(20, 100))
PASSWORD_OF_BROWSER = Limit(
    name="passwordBrowser",
    most=10,
    within=15 * MINUTE,
    pause=MINUTE,
    longest=HOUR,
    again=1,
    bounds=(3, 20),
)
PASSWORD_OF_BROWSER_IN_A_ROW = Limit(
    name="passwordBrowserInARow", most=100, within=30 * DAY, bounds=(20, 100)
)
PASSWORDS_OF_NETWORK = Limit(name="passwordNetwork", most=300, within=HOUR, bounds=(30, 10_000))

# A method in place of the password can be guessed at by anybody, so it needs many random bits: a
# few attempts of one network achieve little, and one network alone cannot lock the owner out.
FIRST_METHOD_FROM_NETWORK = Limit(
    name="firstMethodAccountNetwork", most=5, within=HOUR, bounds=(3, 10)
)
FIRST_METHOD_OF_ACCOUNT = Limit(name="firstMethodAccount", most=30, within=HOUR, bounds=(10, 100))

# Second proofs. Only somebody who knows the password gets here, so these may block the account.
WRONG_PROOFS = Limit(
    name="secondProof",
    most=10,
    within=15 * MINUTE,
    pause=15 * MINUTE,
    longest=DAY,
    bounds=(5, 10),  # at most ten attempts while one code is valid
)
WRONG_PROOFS_IN_A_ROW = Limit(
    name="secondProofInARow", most=50, within=3650 * DAY, bounds=(10, 100)
)
STAND_INS = Limit(name="standIn", most=5, within=HOUR, bounds=(3, 10))
# Making a set takes ten hashes.
RECOVERY_SETS = Limit(name="recoverySets", most=5, within=DAY, bounds=(2, 20))
ANSWERS_PER_CHALLENGE = Limit(name="challenge", most=5, within=HOUR, bounds=(3, 10))
ANSWERS_PER_SIGN_IN = Limit(name="signIn", most=10, within=HOUR, bounds=(5, 20))

# Texts and calls to a number that is registered, each number for each account that has it.
# An answer gives back its message, so these count those that nobody answered.
TEXT_AGAIN = Limit(
    name="textAgain", most=1, within=timedelta(seconds=30), bounds=(15, 300), pace=True
)
TEXTS_PER_HOUR = Limit(name="textsNumberHour", most=5, within=HOUR, bounds=(3, 20))
TEXTS_PER_DAY = Limit(name="textsNumberDay", most=10, within=DAY, bounds=(5, 60))

# The same to a number that is being registered, whoever asks: anybody may type any number.
NEW_NUMBER_AGAIN = Limit(
    name="newNumberAgain", most=1, within=timedelta(seconds=30), bounds=(15, 300), pace=True
)
NEW_NUMBER_PER_HOUR = Limit(name="newNumberHour", most=5, within=HOUR, bounds=(3, 20))
NEW_NUMBER_PER_DAY = Limit(name="newNumberDay", most=10, within=DAY, bounds=(5, 60))
NEW_NUMBERS_OF_ACCOUNT = Limit(name="newNumbersAccount", most=10, within=DAY, bounds=(5, 60))
NEW_NUMBERS_OF_NETWORK = Limit(name="newNumbersNetwork", most=60, within=HOUR, bounds=(10, 1000))

# Answered ones too, for they cost money: no account may use up what all of them share.
TEXTS_OF_ACCOUNT = Limit(name="textsAccount", most=100, within=DAY, bounds=(20, 1000))

# Pages that start something before anybody has proven anything.
SIGN_INS_OF_NETWORK = Limit(name="signInsNetwork", most=3000, within=HOUR, bounds=(300, 100_000))
SIGN_INS_OF_BROWSER = Limit(name="signInsBrowser", most=60, within=HOUR, bounds=(20, 1000))


def in_force() -> Mapping[str, Limit]:
    """Return every limit of this module by its name."""
    return {one.name: one for one in globals().values() if isinstance(one, Limit)}
