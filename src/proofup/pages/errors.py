"""The page that says what went wrong, what to do about it, and which ids the help desk needs."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from proofup.pages.pages import Pages
from proofup.values.words import marked

NO_FACTS: Mapping[str, str] = {}
NOTHING_DONE = marked("Nothing was done")


class Action(Struct, frozen=True, kw_only=True):
    """A way on from a problem: a link with its words. The first of several is the primary one."""

    words: str
    href: str


START = Action(words=marked("Go to the start"), href="/")


class Problems(Struct, frozen=True):
    """Makes the page of a problem."""

    pages: Pages

    def problem(
        self,
        request: Request,
        *,
        status: int,
        title: str,
        what_to_do: str,
        facts: Mapping[str, str] = NO_FACTS,
        label: str = NOTHING_DONE,
        number: int | None = None,
        name: str = "",
        actions: Sequence[Action] = (START,),
    ) -> Response:
        """Return the page of a problem; all words are marked ones, told in the reader's language.

        ``facts`` are what ``what_to_do`` names. ``number`` and ``name`` are Entra's, such as 50126
        and InvalidUserNameOrPassword; ``label`` says above the title what was stopped. The ids
        and the time are added here.
        """
        words = self.pages.words(request)
        error = f"{number or status} {name or HTTPStatus(status).phrase}"
        return self.pages.render(
            request,
            "pages/error.html",
            status=status,
            title=words(title),
            what_to_do=Markup(escape(words(what_to_do))) % facts,  # noqa: S704 - escaped here
            label=words(label),
            error=error,
            actions=[replace(action, words=words(action.words)) for action in actions],
        )
