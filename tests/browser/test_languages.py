"""A sign-in and a change of phone in each language but English, with a real browser."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from browser.conftest import NewPerson
from browser.outside import SIX_DIGITS, Carrier, PostOffice, plain_text
from browser.person import Account, Person

pytestmark = pytest.mark.browser


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the pages of the trip say in one language."""

    language: str
    direction: str
    sign_in: str
    user_name: str
    next: str
    enter_password: str
    password: str
    enter_code: str
    code: str
    verify: str
    security_info: str
    change_phone: str
    new_number: str
    send: str
    confirm: str
    new_code: str
    confirm_and_change: str
    now: str
    mail: str


GERMAN = Told(
    language="de",
    direction="ltr",
    sign_in="Anmelden",
    user_name="Benutzername",
    next="Weiter",
    enter_password="Geben Sie Ihr Kennwort ein",
    password="Kennwort",
    enter_code="Geben Sie den Code aus der SMS ein",
    code="6-stelliger Code",
    verify="Überprüfen",
    security_info="Sicherheitsinformationen",
    change_phone="Telefon ändern",
    new_number="Neue Mobilnummer",
    send="Code senden",
    confirm="Neues Telefon bestätigen",
    new_code="6-stelliger Code vom neuen Telefon",
    confirm_and_change="Bestätigen und ändern",
    now="Ihr Telefon ist jetzt",
    mail="Ihr Telefon wurde geändert",
)
ARABIC = Told(
    language="ar",
    direction="rtl",
    sign_in="تسجيل الدخول",
    user_name="اسم المستخدم",
    next="التالي",
    enter_password="أدخل كلمة المرور",
    password="كلمة المرور",
    enter_code="أدخل الرمز الذي أرسلناه في رسالة نصية",
    code="رمز من 6 أرقام",
    verify="تحقق",
    security_info="معلومات الأمان",
    change_phone="تغيير هاتفك",
    new_number="رقم الجوال الجديد",
    send="إرسال الرمز",
    confirm="تأكيد هاتفك الجديد",
    new_code="رمز من 6 أرقام من الهاتف الجديد",
    confirm_and_change="تأكيد وتغيير",
    now="هاتفك الآن هو",
    mail="تم تغيير هاتفك",
)
EVERY_WAY = [
    pytest.param(told, script, width, id=f"{told.language}-{'' if script else 'no-'}script-{width}")
    for told in (GERMAN, ARABIC)
    for script, width in ((True, 1280), (False, 390))
]


@pytest.mark.parametrize(("told", "script", "width"), EVERY_WAY)
def test_LNG_03_the_phone_is_changed_in_every_language(
    new_person: NewPerson,
    account: Account,
    carrier: Carrier,
    post_office: PostOffice,
    *,
    told: Told,
    script: bool,
    width: int,
) -> None:
    robin = new_person(
        script=script, width=width, locale=told.language, shots=told.language if script else ""
    )
    robin.open("/security-info")
    robin.heading(told.sign_in)
    expect(robin.page.locator("html")).to_have_attribute("dir", told.direction)
    robin.field(told.user_name).fill(account.name)
    robin.press(told.next)
    robin.heading(told.enter_password)
    robin.field(told.password).fill(account.password)
    robin.press(told.sign_in)
    robin.heading(told.enter_code)
    text = carrier.text_to(account.e164)
    assert text["language"] == told.language
    assert _is_left_to_right(robin, told.code)
    robin.give(told.code, "".join(re.findall(SIX_DIGITS, text["text"])[0]), told.verify)
    robin.heading(told.security_info)
    robin.open("/security-info/phone")
    robin.heading(told.change_phone)
    new = account.another(0)
    robin.field(told.new_number).fill(new)
    robin.press(told.send)
    robin.heading(told.confirm)
    robin.give(told.new_code, carrier.code_to(new), told.confirm_and_change)
    robin.heading(told.security_info)
    robin.says(told.now)
    mail = post_office.mail_to(account.mail)
    assert mail["Content-Language"] == told.language
    assert told.mail in plain_text(mail)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_LNG_01_the_language_is_chosen_by_a_link_and_kept(
    new_person: NewPerson, account: Account, *, script: bool
) -> None:
    robin = new_person(script=script)
    robin.open("/signin")
    robin.heading("Sign in")
    link = robin.page.get_by_role("link", name="العربية")
    if script:
        robin.tab_to(link)
        robin.page.keyboard.press("Enter")
    else:
        link.click()
    robin.heading(ARABIC.sign_in)
    robin.field(ARABIC.user_name).fill(account.name)
    robin.press(ARABIC.next)
    robin.heading(ARABIC.enter_password)
    robin.page.get_by_role("link", name="Deutsch").click()
    robin.heading(GERMAN.enter_password)
    expect(robin.page.get_by_text(account.name).first).to_be_visible()
    robin.open("/signin")
    robin.heading(GERMAN.sign_in)


def _is_left_to_right(person: Person, label: str) -> bool:
    direction = person.field(label).evaluate("element => getComputedStyle(element).direction")
    return bool(direction == "ltr")
