"""What commands say to a person: words, and no types of Python."""

import argparse
import re

import pytest

from host_commands import ADMIN, Proofup
from proofup.cli.commands import COMMANDS
from proofup.cli.plain_words import in_words
from proofup.cli.program import parser_of

PYTHON = re.compile(r"\b(True|False|None)\b|[\[\]{}]|<class|`(bool|str|int)`")


@pytest.mark.parametrize("words", COMMANDS)
def test_every_argument_of_a_command_is_described(words: str) -> None:
    node: argparse.ArgumentParser = parser_of(words.split())
    for word in words.split():
        (groups,) = (one for one in node._actions if isinstance(one, argparse._SubParsersAction))
        node = groups.choices[word]
    assert node.description
    for one in node._actions:
        name = "/".join(one.option_strings) or one.dest
        assert one.help, name
        assert one.help.count(" ") or len(one.help) > 10, f"{name}: {one.help!r} says little"
        assert not re.search(r"\.\.|\.$|\b(True|False|None)\b", one.help), name


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "—"),
        ("", "—"),
        ([], "—"),
        (["a", "b"], "a, b"),
        ([{"keyId": "k-1", "displayName": ""}], "keyId k-1 displayName —"),
        ("Robin", "Robin"),
    ],
)
def test_a_fact_is_said_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_a_user_and_an_application_are_shown_without_types_of_python(service: Proofup) -> None:
    robin = "robin@contoso.test"
    service("user", "add", robin, "--display-name", "Robin")
    service("user", "disable", robin)
    shown = service("user", "show", robin).out
    assert re.search(r"accountEnabled +no", shown)
    assert re.search(r"accountEnabled +yes", service("user", "show", ADMIN).out)
    service("app", "create", "Pay", "--web", "https://pay.contoso.test/back")
    application = service("app", "show", "Pay").out
    assert "accountEnabled: yes" in application
    assert "redirectUris: https://pay.contoso.test/back" in application
    for said in (shown, application):
        assert not PYTHON.search(said)


def test_words_to_choose_from_are_listed_where_another_is_typed(service: Proofup) -> None:
    said = service("user", "add", "x@contoso.test", "--display-name", "X", "--user-type", "guest")
    assert said.code == 2
    assert "Member, Guest" in said.err.replace("'", "")
    assert "Member,Guest" in service("user", "add", "--help").out
