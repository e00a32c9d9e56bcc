"""A simulated browser without script: reads pages, fills forms, keeps cookies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from starlette.types import ASGIApp

ORIGIN = "https://id.contoso.test"
PATIENCE_SECONDS = 30


@dataclass
class Form:
    """A form of a page: its action, and the fields with their initial values."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._goes_on = False
        self.title = ""
        self._open: Form | None = None
        self._silent = 0
        self._in_title = False
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "svg"}:
            self._silent += 1
        elif tag == "wbr":
            self._goes_on = True
        elif tag == "title" and not self._silent:
            self._in_title = True
        elif tag == "form":
            self._open = Form(known.get("action", ""), known.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is not None:
            self._control(self._open, tag, known)

    def _control(self, form: Form, tag: str, known: Mapping[str, str]) -> None:
        name = known.get("name", "")
        if tag == "select":
            self._select = name
            form.names.add(name)
        elif tag == "option" and self._select is not None:
            if "selected" in known or self._select not in form.fields:
                form.fields[self._select] = known.get("value", "")
        elif tag == "button" and name:
            form.buttons.append((name, known.get("value", "")))
        elif tag in {"input", "textarea"} and name:
            form.names.add(name)
            ticked = known.get("type") not in {"radio", "checkbox"} or "checked" in known
            if ticked:
                form.fields[name] = known.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "svg"}:
            self._silent -= 1
        elif tag == "title":
            self._in_title = False
        elif tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._goes_on:  # a possible line break does not separate words
            self.words[-1] += data
            self._goes_on = False
        elif not self._silent:
            self.words.append(data)


@dataclass
class Page:
    """The answer, after all redirects."""

    status: int
    path: str
    html: str
    headers: httpx2.Headers
    forms: list[Form]
    title: str
    text: str

    def form(self, action: str) -> Form:
        """Return the form that goes to ``action``, without its query."""
        found = [one for one in self.forms if urlsplit(one.action).path == action]
        assert found, f"{self.path} has no form to {action}: {[f.action for f in self.forms]}"
        return found[0]


class Visitor:
    """One browser at one address; ``app`` is the service, or the origin of a running server."""

    def __init__(self, app: ASGIApp | str, *, address: str = "203.0.113.24") -> None:
        if isinstance(app, str):
            self.http = httpx2.AsyncClient(base_url=app, timeout=PATIENCE_SECONDS)
        else:
            transport = httpx2.ASGITransport(app=app, client=(address, 40000))
            self.http = httpx2.AsyncClient(transport=transport, base_url=ORIGIN)
        self.page: Page = Page(0, "", "", httpx2.Headers(), [], "", "")

    async def open(self, path: str) -> Page:
        """Open a page, as if its address was typed."""
        return self._read(await self.http.get(path, follow_redirects=True))

    async def send(
        self,
        action: str,
        *,
        button: tuple[str, str] | None = None,
        without: Sequence[str] = (),
        **typed: str,
    ) -> Page:
        """Fill the form with ``action`` on the present page, untick ``without``, and submit it."""
        form = self.page.form(action)
        unknown = set(typed) - form.names
        assert not unknown, f"the form has no field {unknown}"
        fields = {
            name: value for name, value in {**form.fields, **typed}.items() if name not in without
        }
        if button is not None:
            assert button in form.buttons, f"the form has only {form.buttons}"
            fields[button[0]] = button[1]
        return await self.post(form.action or self.page.path, fields)

    async def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Page:
        """Post any fields to any path, as one of our pages would."""
        response = await self.http.post(
            path,
            content=urlencode(fields),
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "sec-fetch-site": "same-origin",
                **(headers or {}),
            },
            follow_redirects=True,
        )
        return self._read(response)

    def query(self) -> dict[str, str]:
        """Return the query of the present page's address."""
        return dict(parse_qsl(urlsplit(self.page.path).query))

    def _read(self, response: httpx2.Response) -> Page:
        reader = _Reader()
        reader.feed(response.text)
        self.page = Page(
            status=response.status_code,
            path=response.url.raw_path.decode(),
            html=response.text,
            headers=response.headers,
            forms=reader.forms,
            title=" ".join(reader.title.split()),
            text=" ".join(" ".join(reader.words).split()),
        )
        return self.page
