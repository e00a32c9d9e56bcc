"""The limits in force, each with its reason where the figure does not speak for itself.

The table is security.md 4.6 of the design; ``docs/operators/limits.md`` publishes it.
"""

from datetime import timedelta

from proofup.policy.limits import Limit

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Passwords. From browsers that are not known to the account the pause stays short and is per
# network. Who guesses from everywhere is stopped for weeks; the owner goes on in a known browser.
PASSWORD_FROM_NETWORK = Limit(
    name="passwordAccountNetwork", most=10, within=DAY, pause=MINUTE, longest=HOUR, again=1
)
PASSWORD_OF_ACCOUNT = Limit(name="passwordAccount", most=30, within=HOUR)
PASSWORD_IN_A_ROW = Limit(name="passwordInARow", most=100, within=30 * DAY)
PASSWORD_OF_BROWSER = Limit(
    name="passwordBrowser", most=10, within=15 * MINUTE, pause=MINUTE, longest=HOUR, again=1
)
PASSWORD_OF_BROWSER_IN_A_ROW = Limit(name="passwordBrowserInARow", most=100, within=30 * DAY)
PASSWORDS_OF_NETWORK = Limit(name="passwordNetwork", most=300, within=HOUR)

# What comes in place of a password is guessed at by anybody, and has to be longer than a password:
# little is left to guess in the few tries of one network, and no network keeps the owner out alone.
FIRST_METHOD_FROM_NETWORK = Limit(name="firstMethodAccountNetwork", most=5, within=HOUR)
FIRST_METHOD_OF_ACCOUNT = Limit(name="firstMethodAccount", most=30, within=HOUR)

# Second proofs. Only somebody who knows the password gets here, so the stop may be hard.
WRONG_PROOFS = Limit(
    name="secondProof", most=10, within=15 * MINUTE, pause=15 * MINUTE, longest=DAY
)
WRONG_PROOFS_IN_A_ROW = Limit(name="secondProofInARow", most=50, within=3650 * DAY)
STAND_INS = Limit(name="standIn", most=5, within=HOUR)
# Making a set takes ten hashes.
RECOVERY_SETS = Limit(name="recoverySets", most=5, within=DAY)
ANSWERS_PER_CHALLENGE = Limit(name="challenge", most=5, within=HOUR)
ANSWERS_PER_SIGN_IN = Limit(name="signIn", most=10, within=HOUR)

# Texts, which cost money and ring in somebody's pocket.
TEXT_AGAIN = Limit(name="textAgain", most=1, within=timedelta(seconds=30))
TEXTS_PER_HOUR = Limit(name="textsNumberHour", most=5, within=HOUR)
TEXTS_PER_DAY = Limit(name="textsNumberDay", most=10, within=DAY)
TEXTS_OF_ACCOUNT = Limit(name="textsAccount", most=10, within=DAY)
TEXTS_OF_NETWORK = Limit(name="textsNetwork", most=20, within=HOUR)

# Pages that start something before anybody has proven anything.
SIGN_INS_OF_NETWORK = Limit(name="signInsNetwork", most=3000, within=HOUR)
