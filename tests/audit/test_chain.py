from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from audit.samples import STORED
from proofup.audit.chain import FIRST, Break, Link, canonical_text, first_break, next_link
from proofup.audit.entry import Entry
from proofup.audit.events.event import Event, UnknownEvent
from proofup.audit.events.methods import MethodAdded, MethodReplaced
from proofup.values.ids import CorrelationId, UserId

KEY = b"a key of the audit log, 32 bytes"
ENTRY = Entry(
    at=datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC),
    event=MethodReplaced(kind="phone", was="+XX XXXXXXXX12", now="+XX XXXXXXXX67"),
    actor="rosa",
    target=UserId("rosa"),
    succeeded=True,
    correlation_id=CorrelationId("c1"),
    network="203.0.113.7",
)
TEXTS = st.lists(st.text(max_size=8), min_size=1, max_size=12)


def chain(texts: list[str], *, key: bytes = KEY) -> list[Link]:
    links: list[Link] = []
    for text in texts:
        last = links[-1] if links else Link(0, "", FIRST)
        links.append(next_link(last.sequence, last.digest, text, key=key))
    return links


@given(TEXTS, st.data())
def test_AU2_an_untouched_chain_holds_whole_and_in_parts(
    texts: list[str], data: st.DataObject
) -> None:
    links = chain(texts)
    assert [link.sequence for link in links] == list(range(1, len(links) + 1))
    assert first_break(links, key=KEY) is None
    assert first_break(links, key=KEY, head=links[-1]) is None
    place = data.draw(st.integers(1, len(links)))
    rest = links[place:]
    assert first_break(rest, key=KEY, after=links[place - 1], head=links[-1]) is None


def test_AU2_an_empty_chain_holds_unless_something_is_known_to_exist() -> None:
    assert first_break([], key=KEY) is None
    (link,) = chain(["x"])
    assert first_break([], key=KEY, head=link) == Break(1, "cut off")


@given(TEXTS, st.data())
def test_AU2_an_edit_is_found_at_its_row(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    place = data.draw(st.integers(0, len(links) - 1))
    changed = data.draw(st.text(max_size=8).filter(lambda text: text != texts[place]))
    links[place] = replace(links[place], text=changed)
    assert first_break(links, key=KEY) == Break(place + 1, "changed")


@given(TEXTS, st.data())
def test_AU2_an_edited_digest_is_found_at_its_row(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    place = data.draw(st.integers(0, len(links) - 1))
    links[place] = replace(links[place], digest=data.draw(st.sampled_from([FIRST, "", "x"])))
    assert first_break(links, key=KEY) == Break(place + 1, "changed")


@given(TEXTS, st.data())
def test_AU2_an_edit_with_a_digest_made_without_the_key_is_found(
    texts: list[str], data: st.DataObject
) -> None:
    links = chain(texts)
    place = data.draw(st.integers(0, len(links) - 1))
    previous = links[place - 1].digest if place else FIRST
    links[place] = next_link(place, previous, "forged", key=b"a guess")
    assert first_break(links, key=KEY) == Break(place + 1, "changed")


@given(TEXTS.filter(lambda texts: len(texts) > 1), st.data())
def test_AU2_a_removed_row_is_found_at_its_place(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    place = data.draw(st.integers(0, len(links) - 2))
    removed = links.pop(place)
    assert first_break(links, key=KEY) == Break(removed.sequence, "missing")


@given(TEXTS.filter(lambda texts: len(texts) > 1), st.data())
def test_AU2_a_removed_row_is_found_though_the_rest_was_numbered_anew(
    texts: list[str], data: st.DataObject
) -> None:
    links = chain(texts)
    place = data.draw(st.integers(0, len(links) - 2))
    del links[place]
    numbered = [replace(link, sequence=number + 1) for number, link in enumerate(links)]
    assert first_break(numbered, key=KEY) == Break(place + 1, "changed")


@given(TEXTS.filter(lambda texts: len(texts) > 1), st.data())
def test_AU2_two_rows_in_the_other_order_are_found_at_the_first(
    texts: list[str], data: st.DataObject
) -> None:
    links = chain(texts)
    one = data.draw(st.integers(0, len(links) - 2))
    other = data.draw(st.integers(one + 1, len(links) - 1))
    links[one], links[other] = links[other], links[one]
    assert first_break(links, key=KEY) == Break(one + 1, "missing")
    numbered = [replace(link, sequence=number + 1) for number, link in enumerate(links)]
    assert first_break(numbered, key=KEY) == Break(one + 1, "changed")


@given(TEXTS, st.data())
def test_AU2_a_row_put_in_twice_is_found(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    place = data.draw(st.integers(0, len(links) - 1))
    links.insert(place, links[place])
    assert first_break(links, key=KEY) == Break(place + 2, "missing")


@given(TEXTS, st.data())
def test_AU2_a_cut_off_end_is_found_where_it_began(texts: list[str], data: st.DataObject) -> None:
    links = chain(texts)
    kept = data.draw(st.integers(0, len(links) - 1))
    assert first_break(links[:kept], key=KEY, head=links[-1]) == Break(kept + 1, "cut off")


def test_AU2_an_end_that_was_written_anew_is_found_by_its_head() -> None:
    honest, other = chain(["a", "b", "c"]), chain(["a", "b", "x"])
    assert first_break(other, key=KEY, head=honest[-1]) == Break(4, "head changed")
    assert first_break(honest, key=KEY, head=honest[1]) == Break(4, "head changed")


def test_AU2_the_number_of_a_row_is_part_of_its_digest() -> None:
    assert next_link(1, FIRST, "a", key=KEY).digest != next_link(2, FIRST, "a", key=KEY).digest


def test_AU2_another_key_makes_another_chain() -> None:
    assert first_break(chain(["a"], key=b"other"), key=KEY) == Break(1, "changed")


def test_AU2_a_beginning_taken_from_elsewhere_is_found() -> None:
    links = chain(["a", "b", "c"])
    assert first_break(links[1:], key=KEY) == Break(1, "missing")
    assert first_break(links[1:], key=KEY, after=chain(["x"])[0]) == Break(2, "changed")


# Written out, because any other byte would break stored chains.
TEXT = (
    '{"actor":"rosa","at":1772366400000007,"correlation_id":"c1",'
    '"details":{"kind":"phone","now":"+XX XXXXXXXX67","was":"+XX XXXXXXXX12"},'
    '"event":"methodReplaced","network":"203.0.113.7","succeeded":true,"target":"rosa"}'
)


def test_AU2_the_canonical_text_of_an_entry_is_what_it_was() -> None:
    assert canonical_text(ENTRY) == TEXT


def test_AU2_the_order_of_facts_does_not_matter() -> None:
    word, facts = ENTRY.event.word, ENTRY.event.facts
    turned = UnknownEvent(word, dict(list(facts.items())[::-1]))
    assert list(turned.facts) != list(facts)
    assert canonical_text(replace(ENTRY, event=turned)) == TEXT


@pytest.mark.parametrize(("event", "word", "facts"), STORED)
def test_AU2_every_event_is_chained_by_its_stored_word_and_facts(
    event: Event, word: str, facts: dict[str, str]
) -> None:
    text = msgspec.json.decode(canonical_text(replace(ENTRY, event=event)))
    assert (text["event"], text["details"]) == (word, facts)
    assert list(text["details"]) == sorted(facts)


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, at=datetime(2026, 3, 1, 12, 0, 0, 8, tzinfo=UTC)),
        replace(ENTRY, event=MethodAdded(kind="phone", was="+XX XXXXXXXX12", now="+XX XXXXXXXX67")),
        replace(ENTRY, actor="system"),
        replace(ENTRY, target=None),
        replace(ENTRY, succeeded=False),
        replace(ENTRY, correlation_id=CorrelationId("c2")),
        replace(ENTRY, network=None),
    ],
    ids=[entry_field.name for entry_field in fields(Entry)],
)
def test_AU2_every_field_of_an_entry_is_chained(other: Entry) -> None:
    assert canonical_text(other) != canonical_text(ENTRY)
