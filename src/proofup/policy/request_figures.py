"""The limits of requests to the devices of an account; ``figures`` lists them with all others."""

from datetime import timedelta

from proofup.policy.limits import Limit
from proofup.values.words import marked

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Requests to the app on a device. An approval gives back its request, so these count what was
# ignored, denied or answered wrongly: questions must not be asked until somebody gives in.
REQUESTS = Limit(
    name="requests",
    most=3,
    within=5 * MINUTE,
    bounds=(2, 10),
    says=marked("Requests to the app of one account in 5 minutes that were not approved"),
)
REQUESTS_PER_HOUR = Limit(
    name="requestsHour",
    most=10,
    within=HOUR,
    bounds=(5, 30),
    says=marked("Requests to the app of one account in an hour that were not approved"),
)
REQUESTS_REFUSED = Limit(
    name="requestsRefused",
    most=3,
    within=15 * MINUTE,
    pause=15 * MINUTE,
    longest=DAY,
    bounds=(2, 5),
    says=marked("Requests to the app that were denied in 15 minutes, before a pause"),
)
