"""The limits in force, each with its reason where the figure does not speak for itself.

``docs/operators/limits.md`` publishes them. A rule may set each figure within the bounds given
here: the lower bound still lets honest people in, and the upper bound still stops an attacker.
"""

from collections.abc import Mapping
from datetime import timedelta

from proofup.policy import request_figures
from proofup.policy.limits import Limit
from proofup.values.words import marked

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
    says=marked("Wrong passwords for one account from one network in a day, before a pause"),
)
PASSWORD_OF_ACCOUNT = Limit(
    name="passwordAccount",
    most=30,
    within=HOUR,
    bounds=(10, 100),
    says=marked("Wrong passwords for one account in an hour"),
)
PASSWORD_IN_A_ROW = Limit(
    name="passwordInARow",
    most=100,
    within=30 * DAY,
    bounds=(20, 100),
    says=marked("Wrong passwords in a row for one account, before only known browsers may sign in"),
)
PASSWORD_OF_BROWSER = Limit(
    name="passwordBrowser",
    most=10,
    within=15 * MINUTE,
    pause=MINUTE,
    longest=HOUR,
    again=1,
    bounds=(3, 20),
    says=marked("Wrong passwords from a known browser in 15 minutes, before a pause"),
)
PASSWORD_OF_BROWSER_IN_A_ROW = Limit(
    name="passwordBrowserInARow",
    most=100,
    within=30 * DAY,
    bounds=(20, 100),
    says=marked("Wrong passwords in a row from a known browser, before it is no longer known"),
)
PASSWORDS_OF_NETWORK = Limit(
    name="passwordNetwork",
    most=300,
    within=HOUR,
    bounds=(30, 10_000),
    says=marked("Wrong passwords from one network in an hour, for any account"),
)

# A method in place of the password can be guessed at by anybody, so it needs many random bits: a
# few attempts of one network achieve little, and one network alone cannot lock the owner out.
FIRST_METHOD_FROM_NETWORK = Limit(
    name="firstMethodAccountNetwork",
    most=5,
    within=HOUR,
    bounds=(3, 10),
    says=marked(
        "Wrong answers in place of the password, for one account from one network in an hour"
    ),
)
FIRST_METHOD_OF_ACCOUNT = Limit(
    name="firstMethodAccount",
    most=30,
    within=HOUR,
    bounds=(10, 100),
    says=marked("Wrong answers in place of the password, for one account in an hour"),
)

# App passwords, which have counters of their own: whoever guesses at them stops nobody's sign-in
# (security row SE8). Programs try a wrong one again and again, so an account's figure is wide.
APP_PASSWORD_FROM_NETWORK = Limit(
    name="appPasswordAccountNetwork",
    most=20,
    within=15 * MINUTE,
    bounds=(10, 100),
    says=marked("Wrong app passwords for one account from one network in 15 minutes"),
)
APP_PASSWORD_OF_NETWORK = Limit(
    name="appPasswordNetwork",
    most=300,
    within=HOUR,
    bounds=(30, 10_000),
    says=marked("Wrong app passwords from one network in an hour, for any account"),
)

# Second proofs. Only somebody who knows the password gets here, so these may block the account.
WRONG_PROOFS = Limit(
    name="secondProof",
    most=10,
    within=15 * MINUTE,
    pause=15 * MINUTE,
    longest=DAY,
    bounds=(5, 10),  # at most ten attempts while one code is valid
    says=marked("Wrong second proofs of one account in 15 minutes, before a pause"),
)
WRONG_PROOFS_IN_A_ROW = Limit(
    name="secondProofInARow",
    most=50,
    within=3650 * DAY,
    bounds=(10, 100),
    says=marked(
        "Wrong second proofs in a row, before the account rests until another method succeeds"
    ),
)
STAND_INS = Limit(
    name="standIn",
    most=5,
    within=HOUR,
    bounds=(3, 10),
    says=marked("Wrong recovery codes of one account in an hour"),
)
# Making a set takes ten hashes.
RECOVERY_SETS = Limit(
    name="recoverySets",
    most=5,
    within=DAY,
    bounds=(2, 20),
    says=marked("Sets of recovery codes that one account may make in a day"),
)
ANSWERS_PER_CHALLENGE = Limit(
    name="challenge",
    most=5,
    within=HOUR,
    bounds=(3, 10),
    says=marked("Wrong answers to one code or call"),
)
ANSWERS_PER_SIGN_IN = Limit(
    name="signIn", most=10, within=HOUR, bounds=(5, 20), says=marked("Wrong answers in one sign-in")
)

# Texts and calls to a number that is registered, each number for each account that has it.
# An answer gives back its message, so these count those that nobody answered.
TEXT_AGAIN = Limit(
    name="textAgain",
    most=1,
    within=timedelta(seconds=30),
    bounds=(15, 300),
    pace=True,
    says=marked("Seconds between two texts or calls to one phone"),
)
TEXTS_PER_HOUR = Limit(
    name="textsNumberHour",
    most=5,
    within=HOUR,
    bounds=(3, 20),
    says=marked("Texts and calls to one phone in an hour that nobody answered"),
)
TEXTS_PER_DAY = Limit(
    name="textsNumberDay",
    most=10,
    within=DAY,
    bounds=(5, 60),
    says=marked("Texts and calls to one phone in a day that nobody answered"),
)

# The same to a number that is being registered, whoever asks: anybody may type any number.
NEW_NUMBER_AGAIN = Limit(
    name="newNumberAgain",
    most=1,
    within=timedelta(seconds=30),
    bounds=(15, 300),
    pace=True,
    says=marked("Seconds between two texts or calls to a number that is being registered"),
)
NEW_NUMBER_PER_HOUR = Limit(
    name="newNumberHour",
    most=5,
    within=HOUR,
    bounds=(3, 20),
    says=marked("Texts and calls in an hour to a number that is being registered"),
)
NEW_NUMBER_PER_DAY = Limit(
    name="newNumberDay",
    most=10,
    within=DAY,
    bounds=(5, 60),
    says=marked("Texts and calls in a day to a number that is being registered"),
)
NEW_NUMBERS_OF_ACCOUNT = Limit(
    name="newNumbersAccount",
    most=10,
    within=DAY,
    bounds=(5, 60),
    says=marked("Texts and calls in a day to numbers that one account is registering"),
)
NEW_NUMBERS_OF_NETWORK = Limit(
    name="newNumbersNetwork",
    most=60,
    within=HOUR,
    bounds=(10, 1000),
    says=marked("Texts and calls in an hour to numbers that one network is registering"),
)

# Answered ones too, for they cost money: no account may use up what all of them share.
TEXTS_OF_ACCOUNT = Limit(
    name="textsAccount",
    most=100,
    within=DAY,
    bounds=(20, 1000),
    says=marked("Texts and calls of one account in a day, answered ones too"),
)

# Words of callers' checks: whoever guesses one still needs the code that the caller got.
CALLER_WORDS = Limit(
    name="callerWords",
    most=30,
    within=HOUR,
    bounds=(10, 1000),
    says=marked("Wrong words of the help desk's check from one network in an hour"),
)

# Password resets. Anybody who knows a user name may begin one, so they use up nothing of what a
# sign-in needs, and are counted for names that nobody has too.
RESETS_OF_NETWORK = Limit(
    name="resetsNetwork",
    most=60,
    within=HOUR,
    bounds=(10, 10_000),
    says=marked("Password resets that one network begins in an hour"),
)
RESET_AGAIN = Limit(
    name="resetAgain",
    most=1,
    within=timedelta(seconds=30),
    bounds=(15, 300),
    pace=True,
    says=marked("Seconds between two codes for a password reset, in one way"),
)
RESET_MESSAGES_PER_HOUR = Limit(
    name="resetCodesHour",
    most=3,
    within=HOUR,
    bounds=(2, 20),
    says=marked("Codes for password resets of one account in an hour, in one way"),
)
RESET_MESSAGES_PER_DAY = Limit(
    name="resetCodesDay",
    most=10,
    within=DAY,
    bounds=(3, 60),
    says=marked("Codes for password resets of one account in a day, in one way"),
)
RESET_MESSAGES_OF_NETWORK = Limit(
    name="resetCodesNetwork",
    most=30,
    within=HOUR,
    bounds=(10, 1000),
    says=marked("Codes for password resets that one network asks for in an hour"),
)
RESET_ANSWERS = Limit(
    name="resetAnswers",
    most=5,
    within=DAY,
    bounds=(3, 10),
    says=marked("Wrong codes in password resets of one account in a day"),
)

# Codes by mail to an address that is being registered, whoever asks.
MAIL_AGAIN = Limit(
    name="mailAgain",
    most=1,
    within=timedelta(seconds=30),
    bounds=(15, 300),
    pace=True,
    says=marked("Seconds between two mails with a code to one address"),
)
MAILS_PER_HOUR = Limit(
    name="mailsAddressHour",
    most=3,
    within=HOUR,
    bounds=(2, 20),
    says=marked("Mails with a code to one address in an hour"),
)
MAILS_PER_DAY = Limit(
    name="mailsAddressDay",
    most=10,
    within=DAY,
    bounds=(3, 60),
    says=marked("Mails with a code to one address in a day"),
)
MAILS_OF_ACCOUNT = Limit(
    name="mailsAccount",
    most=10,
    within=DAY,
    bounds=(3, 60),
    says=marked("Mails with a code that one account asks for in a day"),
)
MAILS_OF_NETWORK = Limit(
    name="mailsNetwork",
    most=30,
    within=HOUR,
    bounds=(10, 1000),
    says=marked("Mails with a code that one network asks for in an hour"),
)

# Pages that start something before anybody has proven anything.
SIGN_INS_OF_NETWORK = Limit(
    name="signInsNetwork",
    most=3000,
    within=HOUR,
    bounds=(300, 100_000),
    says=marked("Sign-ins that one network may begin in an hour"),
)
SIGN_INS_OF_BROWSER = Limit(
    name="signInsBrowser",
    most=60,
    within=HOUR,
    bounds=(20, 1000),
    says=marked("Sign-ins that one browser may begin in an hour"),
)


def in_force() -> Mapping[str, Limit]:
    """Return every limit of this module, and of requests to devices, by its name."""
    found = (*globals().values(), *vars(request_figures).values())
    return {one.name: one for one in found if isinstance(one, Limit)}
