"""What the pages of a sign-in share: their parts, their steps' addresses, their browser's token."""

from urllib.parse import quote

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proofup.authentication.dispatcher import Standing, Step, stand
from proofup.authentication.issuing import Brought, Issued, Proven, issue
from proofup.authentication.ports import Ports
from proofup.authentication.sessions import active_session
from proofup.authentication.signin import LIFETIME
from proofup.challenges.look import newest
from proofup.challenges.outcome import Refusal
from proofup.pages.challenge import ended
from proofup.pages.cookies import Cookie, Cookies
from proofup.pages.device_cookie import keep_device, shown_devices
from proofup.pages.errors import Action, Problems
from proofup.pages.page_context import context_of, remember
from proofup.pages.pages import MY_APPS, PROVING_UP, Pages
from proofup.pages.refusals import SIGN_IN_STOPPED
from proofup.pages.returns import safe_return, see_other
from proofup.values.errors import RevokedError, StaleError
from proofup.values.words import marked

MINUTES = int(LIFETIME.total_seconds() // 60)
HOME = MY_APPS  # which needs no more than the sign-in; Security info asks for its own proof
SIGN_IN = "/signin"

ADDRESSES = {
    Step.NAME: SIGN_IN,
    Step.PASSWORD: "/signin/password",
    Step.CHALLENGE: "/signin/challenge",
    Step.NEW_PASSWORD: "/signin/new-password",
    Step.PROOF_UP: PROVING_UP,
    Step.STAY: "/signin/stay",
    # Both were passed in the answer to a form; a page of theirs is the start of a new sign-in.
    Step.ISSUE: SIGN_IN,
    Step.FINISHED: HOME,
}


class Door(Struct, frozen=True, kw_only=True):
    """The parts that the pages are made with; ``caller`` is the number that calls come from."""

    ports: Ports
    pages: Pages
    problems: Problems
    cookies: Cookies
    caller: str | None = None

    async def stand(self, request: Request) -> Standing:
        """Return where the sign-in of this browser stands, and name its correlation id."""
        context = context_of(request.scope)
        if context.transaction_token is None:
            return Standing(step=Step.NAME)
        found = await stand(
            self.ports, context.transaction_token, language=context.language, at=context.at
        )
        if found.sign_in is not None:
            remember(request.scope, correlation_id=found.sign_in.correlation_id)
        return found

    async def go_on(
        self, request: Request, standing: Standing, *, target: str | None = None
    ) -> Response:
        """Return the way to the next step; one that has earned a session gets it here.

        It leads to ``target`` then, else to where the sign-in was going.
        """
        if standing.step is not Step.ISSUE:
            return await self.elsewhere(request, standing)
        brought = await self.brought(request)
        try:
            issued = await issue(self.ports, standing, brought, at=context_of(request.scope).at)
        except StaleError:  # the same form, sent twice at once: the other one got the session
            return see_other(HOME)
        return self.opened(request, issued, target=target)

    async def brought(self, request: Request) -> Brought:
        """Return what the browser has from before."""
        context = context_of(request.scope)
        token = context.session_token
        before = await active_session(self.ports, token, at=context.at) if token else None
        return Brought(
            session=before.session.id if before else None,
            devices=shown_devices(self.cookies, request),
            known=self.cookies.read(request, Cookie.KNOWN),
        )

    async def proven(self, request: Request, found: Proven) -> Response:
        """Return the way on from a second proof that was right."""
        if found.issued is None:
            return await self.elsewhere(request, found.standing)
        return self.opened(request, found.issued)

    def opened(self, request: Request, issued: Issued, *, target: str | None = None) -> Response:
        """Give the browser what a finished sign-in has earned, on the way to ``target``."""
        response = see_other(target or safe_return(issued.return_to) or HOME)
        if issued.remembered is not None:
            devices, remembered = shown_devices(self.cookies, request), issued.remembered
            keep_device(self.cookies, response, devices, remembered.token, void=remembered.void)
        token = issued.token.reveal()
        self.cookies.set(response, Cookie.SESSION, token, kept_for=issued.kept_for)
        self.cookies.clear(response, Cookie.TRANSACTION)
        if issued.browser is not None:
            self.cookies.set(response, Cookie.KNOWN, issued.browser.reveal())
        return response

    async def elsewhere(self, request: Request, standing: Standing) -> Response:
        """Return the way to where the sign-in stands, or say that it took too long.

        Raises RevokedError where the account was changed or closed meanwhile.
        """
        if standing.step is Step.REVOKED:
            if await self._is_reported(request, standing):
                return self.reported(request)
            raise RevokedError
        if standing.step is not Step.NAME or context_of(request.scope).transaction_token is None:
            return see_other(ADDRESSES[standing.step])
        target = safe_return(standing.sign_in.return_to) if standing.sign_in else None
        again = f"{SIGN_IN}?return={quote(target, safe='')}" if target else SIGN_IN
        response = self.problems.problem(
            request,
            status=410,
            title=marked("This sign-in took too long"),
            what_to_do=marked(
                "One is kept open for %(minutes)s minutes, so that nobody else can end what you "
                "began. Begin again."
            ),
            facts={"minutes": str(MINUTES)},
            label=SIGN_IN_STOPPED,
            number=50089,
            name="FlowTokenExpired",
            actions=(Action(words=marked("Sign in again"), href=again),),
        )
        self.cookies.clear(response, Cookie.TRANSACTION)
        return response

    async def _is_reported(self, request: Request, standing: Standing) -> bool:
        """Tell whether whoever was called has reported the sign-in, which ended everything."""
        at, sign_in = context_of(request.scope).at, standing.sign_in
        asked = await newest(self.ports.room, sign_in.id, at=at) if sign_in else None
        end = ended(asked, at=at)
        return end is not None and end.because is Refusal.FRAUD

    def reported(self, request: Request) -> Response:
        """Answer where whoever was called has said that this sign-in is not theirs."""
        response = self.problems.problem(
            request,
            status=403,
            title=marked("This sign-in was stopped on the phone"),
            what_to_do=marked(
                "Whoever answered our call said that they did not ask for it. Nothing was opened, "
                "the account is signed out everywhere, and its sign-in methods can't be changed "
                "until the help desk has talked to its owner. Is that you? Call the help desk now."
            ),
            label=SIGN_IN_STOPPED,
            number=500121,
            name="FraudCodeEntered",
            actions=(Action(words=marked("Sign in again"), href=SIGN_IN),),
        )
        self.cookies.clear(response, Cookie.TRANSACTION)
        return response
