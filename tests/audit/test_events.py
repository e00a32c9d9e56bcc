import pytest
from msgspec.structs import fields

from audit.samples import STORED
from proofup.audit.events.catalogue import EVENTS, event_of
from proofup.audit.events.event import Event, UnknownEvent
from proofup.audit.events.service import KeysRotated
from proofup.audit.events.sign_ins import SignedIn
from proofup.values.sealing import KeyPurpose

IDS = [f"{number}-{word}" for number, (_, word, _) in enumerate(STORED)]


def test_AU1_every_event_is_in_the_catalogue_and_among_the_samples() -> None:
    every = {one for one in Event.__subclasses__() if one is not UnknownEvent}
    assert set(EVENTS.values()) == every
    assert {type(event) for event, _, _ in STORED} == every
    assert len(EVENTS) == len(every)


@pytest.mark.parametrize(("event", "word", "facts"), STORED, ids=IDS)
def test_AU1_a_stored_word_and_its_facts_keep_their_meaning(
    event: Event, word: str, facts: dict[str, str]
) -> None:
    assert (event.word, event.facts) == (word, facts)
    assert event_of(word, facts) == event


@pytest.mark.parametrize(
    ("word", "facts"),
    [
        ("passLent", {"to": "kim", "until": "noon"}),  # an event of a newer version
        ("signedIn", {"level": "multiFactor"}),  # of an older one, before there was a fact
        ("signedIn", {"level": "multiFactor", "way": "sms", "from": "afar"}),  # and of a newer one
        ("notMeReported", {"by": "pigeon"}),
        ("rememberedDevicesRestored", {"devices": "many"}),
        ("", {}),
    ],
)
def test_an_event_of_another_version_is_read_with_all_that_was_stored(
    word: str, facts: dict[str, str]
) -> None:
    read = event_of(word, facts)
    assert isinstance(read, UnknownEvent)
    assert (read.word, read.facts) == (word, facts)


def test_a_fact_that_is_none_is_not_stored() -> None:
    assert SignedIn(level="multiFactor", way="sms", stays=None).facts == {
        "level": "multiFactor",
        "way": "sms",
    }


def test_every_purpose_of_a_data_key_can_be_named() -> None:
    assert set(KeyPurpose) <= {field.name for field in fields(KeysRotated)}
