/*
 * What pages gain from script. Every page works without it.
 *
 * Buttons say that they are busy, count down, copy, print, show passwords; times turn into those of this place; Esc closes
 * a menu. Nothing here writes markup: only text, attributes and properties.
 */

const SAID_FOR_MS = 2000;
const { lang, dataset: root } = document.documentElement;
/* As instants.py: days before months in English, and the same digits in every language. */
const LOCALE = `${lang === "en" ? "en-GB" : lang}-u-nu-latn`;

const two = (number) => String(number).padStart(2, "0");
const words = (button) => button.querySelector("[data-words]");

/* A time element as instants.py writes it, in the time of this place instead of UTC. */
function localise(element) {
  const at = new Date(element.dateTime);
  const now = new Date();
  const minute = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const isToday = at.toDateString() === now.toDateString();
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long", year });
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  const isTomorrow = at.toDateString() === tomorrow.toDateString();
  const wait = isToday || at < now ? minute
    : isTomorrow ? root.tomorrow.replace("{}", minute)
    : root.onADay.replace("%(time)s", minute).replace("%(day)s", day.format(at));
  const forms = {
    minute,
    wait,
    second: `${minute}:${two(at.getSeconds())}`,
    day: isToday ? root.today.replace("{}", minute) : day.format(at),
  };
  element.textContent = forms[element.dataset.form];
}

/* "New code in 24 s", then "Send a new code"; the button can be focused all the while. */
function countDown(button) {
  const { counting, ready } = button.dataset;
  const end = Date.now() + Number(button.dataset.countdown) * 1000;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      words(button).textContent = counting.replace("{}", left);
      return;
    }
    clearInterval(timer);
    words(button).textContent = ready;
    button.removeAttribute("aria-disabled");
  };
  const timer = setInterval(tick, 1000);
  tick();
}

/* A field for a file whose text goes into another field; without script it stays hidden. */
function offerFile(input) {
  input.closest(".field").hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) document.getElementById(input.dataset.reads).value = await file.text();
  });
}

/* The text of an element; of a list of facts, one "word: value" a line. */
function textOf(element) {
  const values = [...element.querySelectorAll("dd")];
  if (!values.length) return element.textContent;
  return values.map((dd) => `${dd.previousElementSibling.textContent}: ${dd.textContent}`).join("\n");
}

function offerCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const said = words(button);
  const usual = said.textContent;
  const spoken = document.createElement("span");
  spoken.className = "only-spoken";
  spoken.setAttribute("role", "status");
  button.after(spoken);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(document.getElementById(button.dataset.copy)));
    said.textContent = spoken.textContent = button.dataset.done;
    setTimeout(() => { said.textContent = usual; spoken.textContent = ""; }, SAID_FOR_MS);
  });
}

function offerPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* "Show password", then "Hide password"; it is hidden again before it is sent. */
function offerReveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const usual = words(button).textContent;
  const turn = (isShown) => {
    field.type = isShown ? "text" : "password";
    words(button).textContent = isShown ? button.dataset.shown : usual;
  };
  button.hidden = false;
  button.addEventListener("click", () => turn(field.type === "password"));
  field.form.addEventListener("submit", () => turn(false));
}

function sayBusy(event) {
  const button = event.submitter;
  if (!button?.hasAttribute("data-busy")) return;
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault(); // a second press sends nothing twice
    return;
  }
  button.setAttribute("aria-busy", "true");
  const said = words(button);
  if (said && button.dataset.busy) {
    button.dataset.usual = said.textContent;
    said.textContent = button.dataset.busy;
  }
}

/* Back from the next page: nothing is busy any more. */
function sayReady() {
  for (const button of document.querySelectorAll("[aria-busy=true]")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.usual) words(button).textContent = button.dataset.usual;
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(except)) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

/* A call was answered with #, or has ended: the form that asks the server is sent by itself. */
function goOn() {
  const told = document.querySelector("[data-go-on]");
  if (told) document.getElementById(told.dataset.goOn).requestSubmit();
}

const localiseAll = () => document.querySelectorAll("time[data-form]").forEach(localise);

localiseAll();
goOn();
document.querySelectorAll("[data-countdown]").forEach(countDown);
document.querySelectorAll("[data-copy]").forEach(offerCopy);
document.querySelectorAll("[data-reads]").forEach(offerFile);
document.querySelectorAll("[data-print]").forEach(offerPrint);
document.querySelectorAll("[data-reveal]").forEach(offerReveal);

document.addEventListener("submit", sayBusy);
document.addEventListener("click", (event) => {
  closeMenus(event.target);
  if (event.target.closest?.("button[aria-disabled=true]")) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});
window.addEventListener("pageshow", sayReady);

/* The delivery line asks for itself again. Nothing is put in its place, and nothing spoken, while
 * it says the same; and when the sign-in is over, the whole page must say so, not a part of it. */
document.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement, text } = event.detail.ctx;
  if (response.raw.redirected) {
    event.preventDefault();
    location.reload();
  } else if (text.includes(`data-stage="${sourceElement.dataset.stage}"`)) {
    event.preventDefault();
  }
});
document.addEventListener("htmx:after:swap", () => {
  localiseAll();
  goOn();
});
