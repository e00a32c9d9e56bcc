"""The authenticator app in a browser of its own: set up, asked, denied, reported, removed."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from browser.conftest import NewPerson
from browser.outside import Carrier
from browser.person import Account, Person
from browser.service import Service

pytestmark = pytest.mark.browser
PHONE = 390
NUMBER = "[data-slot=number]"
CODE = "#secret"


# A push service in the page, as Chromium without a network has none.
PUSH_SERVICE = """(() => {
  let open = null;
  let count = 0;
  PushManager.prototype.getSubscription = async () => open;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const pair = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
    const keys = {
      p256dh: await crypto.subtle.exportKey("raw", pair.publicKey),
      auth: crypto.getRandomValues(new Uint8Array(16)).buffer,
    };
    count += 1;
    open = {
      endpoint: `https://push.example/${count}`,
      options: { applicationServerKey: applicationServerKey.buffer },
      getKey: (name) => keys[name],
      unsubscribe: async () => { open = null; return true; },
    };
    return open;
  };
})();"""


class Phone:
    """The app on a phone: a page that signs with a key of its own."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    def set_up(self, code: str) -> None:
        self.person.open(f"/authenticator#{code}")
        expect(self.page.get_by_label("Code of the page that shows the QR code")).to_have_value(
            code
        )
        self.page.get_by_role("button", name="Set up this device").click()

    def approve(self, number: str) -> None:
        self.page.locator(NUMBER).fill(number)
        self.page.get_by_role("button", name="Approve", exact=True).click()


def wait(page: Page, until: str) -> None:
    """Wait for a condition; the policy of the page lets nothing be evaluated inside it."""
    for _ in range(100):
        if page.evaluate(until):
            return
        page.wait_for_timeout(100)
    pytest.fail(until)


def number_on(person: Person) -> str:
    shown = person.page.locator(".number-match output")
    expect(shown).to_be_visible()
    return str(shown.text_content())


def signed_in(robin: Person, account: Account, carrier: Carrier) -> None:
    robin.open("/security-info")
    robin.to_challenge(account)
    robin.heading("Enter the code we texted you")
    robin.give("6-digit code", carrier.code_to(account.e164), "Verify")
    robin.heading("Security info")


def registered(robin: Person, phone: Phone) -> None:
    """Set the phone up, from the page that adds a method to the row in the list."""
    robin.open("/security-info/add")
    robin.page.get_by_text("Authenticator app with notifications").first.click()
    robin.fill("What do you want to call it?", "Robin's Pixel")
    robin.press("Next")
    robin.heading("Set up the authenticator app")
    robin.page.get_by_text("Can't scan?").click()
    code = re.sub(r"\s", "", str(robin.page.locator(CODE).text_content()))
    phone.set_up(code)
    expect(phone.page.get_by_role("heading", name="Confirm this device")).to_be_visible()
    if not robin.script:
        robin.press("Continue")
    phone.approve(number_on(robin))
    phone.person.says("Approved.")
    if not robin.script:
        robin.press("Continue")
    robin.heading("Security info")
    robin.says("Robin's Pixel")


def asked(robin: Person, account: Account) -> str:
    """Sign in as far as the number."""
    robin.open("/signin?return=/security-info")
    robin.to_challenge(account)
    if not robin.page.locator(".number-match").is_visible():
        robin.page.get_by_text("Use a different verification option").click()
        robin.choose("Approve a request on the authenticator app")
    robin.heading("Enter this number in your app")
    return number_on(robin)


@pytest.mark.parametrize("script", [True, False])
def test_PSH_01_PSH_07_FRD_08_a_phone_is_set_up_asked_and_reports(
    new_person: NewPerson, account: Account, carrier: Carrier, *, script: bool
) -> None:
    robin = new_person(script=script, shots="authenticator" if script else "")
    phone = Phone(new_person(width=PHONE, shots="phone" if script else ""))
    signed_in(robin, account, carrier)
    registered(robin, phone)
    robin.menu("Sign out")
    number = asked(robin, account)
    robin.judge("number")
    expect(phone.page.get_by_role("heading", name="Are you signing in?")).to_be_visible()
    phone.person.says("Chrome, Linux")
    phone.person.judge("request")
    phone.approve(number)
    phone.person.says("Approved.")
    if not script:
        robin.press("I approved it, go on")
    robin.heading("Security info")
    robin.menu("Sign out")
    asked(robin, account)
    phone.page.get_by_role("button", name="It's not me").click()
    phone.person.says("Report this sign-in?")
    phone.person.judge("report")
    phone.page.get_by_role("button", name="Report it").click()
    phone.person.says("Reported.")
    if not script:
        robin.press("I approved it, go on")
    robin.heading("This sign-in was stopped on the phone")


def test_RSP_07_PSH_10_the_app_works_offline_and_is_told_of_its_end(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin, phone = new_person(), Phone(new_person(width=PHONE))
    signed_in(robin, account, carrier)
    registered(robin, phone)
    code = phone.page.locator("[data-slot=code]").first
    expect(code).to_have_text(re.compile(r"\d{3} \d{3}"))
    wait(phone.page, "navigator.serviceWorker.controller !== null")
    phone.person.context.set_offline(True)
    phone.page.reload()
    expect(phone.page.locator("li [data-slot=code]")).to_have_text(re.compile(r"\d{3} \d{3}"))
    phone.person.complaints.clear()  # of requests without a network
    phone.person.context.set_offline(False)
    robin.menu("Sign out")
    asked(robin, account)
    robin.page.get_by_text("Use a different verification option").click()
    robin.choose("Use a code of the authenticator app")
    robin.heading("Enter the code of your authenticator app")
    robin.give("6-digit code", str(code.text_content()), "Verify")
    robin.heading("Security info")
    robin.page.get_by_role("link", name="Delete Robin's Pixel").click()
    robin.press("Delete the device")
    phone.person.says("An account was removed from this device")
    expect(phone.page.locator("li.account")).to_have_count(0)
    phone.person.complaints.clear()


def test_PS1_no_script_can_read_the_key_of_the_device(
    new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    robin, phone = new_person(), Phone(new_person(width=PHONE))
    signed_in(robin, account, carrier)
    registered(robin, phone)
    refused = phone.page.evaluate(
        """async () => {
          const { accounts } = await import("/authenticator/store.js");
          const [{ key, codes }] = await accounts();
          const told = [];
          for (const one of [key, codes]) {
            try { await crypto.subtle.exportKey("jwk", one); told.push("exported"); }
            catch (error) { told.push(error.name); }
          }
          return told;
        }"""
    )
    assert refused == ["InvalidAccessError", "InvalidAccessError"]


def test_a_message_shows_that_a_request_waits(
    chromium: Browser, service: Service, new_person: NewPerson
) -> None:
    del chromium
    phone = new_person(width=PHONE)
    phone.context.grant_permissions(["notifications"], origin=service.origin)
    phone.open("/authenticator")
    wait(phone.page, "navigator.serviceWorker.controller !== null")
    session = phone.context.new_cdp_session(phone.page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    phone.page.wait_for_timeout(500)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": service.origin, "registrationId": found[-1], "data": '{"request": "r-1"}'},
    )
    wait(
        phone.page,
        """(async () => {
          const worker = await navigator.serviceWorker.ready;
          const [shown] = await worker.getNotifications();
          return shown?.title === "Are you signing in?" && shown.tag === "r-1";
        })()""",
    )


def test_after_a_rotation_the_open_app_subscribes_with_the_new_key(
    service: Service, new_person: NewPerson, account: Account, carrier: Carrier
) -> None:
    """Takes longer than 5 s: a rotation waits twice until every server knows the new key."""
    robin, phone = new_person(), Phone(new_person(width=PHONE))
    phone.person.context.grant_permissions(["notifications"], origin=service.origin)
    phone.person.context.add_init_script(PUSH_SERVICE)
    told: list[dict[str, str]] = []
    phone.page.on("request", lambda sent: told.extend(subscriptions_in(sent)))

    def subscribed(times: int) -> None:
        for _ in range(300):
            if len(told) >= times:
                break
            phone.page.wait_for_timeout(100)
        with phone.page.expect_response("**/authenticator/v1/requests"):
            pass
        assert len(told) == times

    signed_in(robin, account, carrier)
    registered(robin, phone)
    subscribed(1)
    service.proofup("rotate-keys", "--data-keys", "vapid")
    subscribed(2)
    before, after = told
    assert before["serverKey"] != after["serverKey"]
    assert before["endpoint"] != after["endpoint"]


def subscriptions_in(sent: Request) -> list[dict[str, str]]:
    """Return the subscription that a request tells the service, if it does."""
    if not sent.url.endswith("/subscriptions"):
        return []
    told = json.loads(sent.post_data or "")
    return [json.loads(told["text"])["subscription"]]
