from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest
from jinja2 import DictLoader, Environment

from proofup.pages.environments import Compiled, environment

PARTS = """
{% macro icon(name) %}<i>{{ name }}</i>{% endmacro %}
{% macro desk(house) %}{{ house.name }}{% endmacro %}
{% macro box(title) %}<b>{{ title }}: {{ caller() }}</b>{% endmacro %}
"""


class House(NamedTuple):
    name: str
    phone: str | None
    rooms: tuple[str, ...]


CONTOSO = House("Contoso & Söhne", None, ("hall",))


@pytest.fixture
def calls() -> Iterator[int]:
    """Return numbers that count calls of a settled function."""
    return count(1)


def made(template: str, calls: Iterator[int], *, autoescape: bool = True) -> Environment:
    settled = {
        "house": CONTOSO,
        "origin": "https://id.contoso.test",
        "address": lambda name: f"/{name}?{next(calls)}",
    }
    loader = DictLoader({"page": '{% import "parts" as parts %}' + template, "parts": PARTS})
    compiled = Compiled().of("de")
    return environment(loader, "de", compiled, autoescape=autoescape, settled=settled)


@pytest.mark.parametrize(
    ("template", "page"),
    [
        (
            "{{ house.name }}|{{ house.phone }}|{{ origin }}",
            "Contoso &amp; Söhne|None|https://id.contoso.test",
        ),
        ("{% if house.phone %}call{% else %}{{ house.rooms[0] }}{% endif %}", "hall"),
        ("{{ _('Sign in') }}", "Anmelden"),
        ("{{ parts.icon('<') }}", "<i>&lt;</i>"),
        ("{{ parts.icon(typed) }}", "<i>&lt;b&gt;</i>"),
        ("{{ parts.desk(house) }}|{{ parts.desk(other) }}", "Contoso &amp; Söhne|Fabrikam"),
        (
            "{% call parts.box(_('Sign in')) %}{{ typed }}{% endcall %}",
            "<b>Anmelden: &lt;b&gt;</b>",
        ),
        ("{% macro own(house) %}{{ house.name }}{% endmacro %}{{ own(other) }}", "Fabrikam"),
        (
            "{% trans name=house.name %}to your {{ name }} account{% endtrans %}",
            "bei Ihrem Konto von Contoso &amp; Söhne",
        ),
        (
            "{% trans name=typed %}to your {{ name }} account{% endtrans %}",
            "bei Ihrem Konto von &lt;b&gt;",
        ),
        ("{% trans name=typed %}{{ name }} is 100 %{% endtrans %}", "&lt;b&gt; is 100 %"),
        ("{{ parts.icon(*['a']) }}{{ parts.icon(**{'name': 'b'}) }}", "<i>a</i><i>b</i>"),
    ],
)
def test_a_page_reads_the_same_whatever_was_settled(
    calls: Iterator[int], template: str, page: str
) -> None:
    other = House("Fabrikam", None, ())
    assert made(template, calls).get_template("page").render(typed="<b>", other=other) == page


def test_what_is_settled_is_asked_for_once(calls: Iterator[int]) -> None:
    page = made("{{ address('mark.svg') }} {{ address(typed) }}", calls).get_template("page")
    assert page.render(typed="a") == "/mark.svg?1 /a?2"
    assert page.render(typed="b") == "/mark.svg?1 /b?3"


def test_where_a_name_decides_about_escaping_facts_are_put_in_later(calls: Iterator[int]) -> None:
    template = "{% trans name=house.name %}to your {{ name }} account{% endtrans %}"
    page = made(template, calls, autoescape=False).get_template("page")
    assert page.render() == "bei Ihrem Konto von Contoso & Söhne"


def test_two_houses_share_no_compiled_template(calls: Iterator[int]) -> None:
    compiled = Compiled()
    assert compiled.of("de", CONTOSO) is compiled.of("de", CONTOSO)
    assert compiled.of("de", CONTOSO) is not compiled.of("de", CONTOSO._replace(name="Fabrikam"))
