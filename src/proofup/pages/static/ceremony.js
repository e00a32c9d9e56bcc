/*
 * Forms that the browser answers (WebAuthn): data-options goes to the browser, its answer into the field "code".
 *
 * data-ceremony is "create" or "get". With data-quiet the browser offers what it has in the list below the user name;
 * with data-at-once it asks as soon as the page is there. What failed is said by the element [data-said] that has its
 * name. Without script, or where the browser cannot, the form stays hidden and the page says so.
 */

const RENEW_AFTER_MS = 270_000; /* before the question is over, in five minutes */
const SENT = "proofup-sent"; /* the credential that was sent last, in case the server does not know it */
const { PublicKeyCredential: Credential } = window;
const isAble = Boolean(Credential?.parseRequestOptionsFromJSON && Credential?.parseCreationOptionsFromJSON);

let open; /* the question that the browser has now: it takes one at a time */

function say(form, name) {
  for (const said of form.querySelectorAll("[data-said]")) said.hidden = said.dataset.said !== name;
}

function nameOf(error) {
  if (error.name === "InvalidStateError") return "known";
  return error.name === "NotAllowedError" || error.name === "AbortError" ? "cancelled" : "failed";
}

async function answer(form, more = {}) {
  const options = JSON.parse(form.dataset.options);
  const isNew = form.dataset.ceremony === "create";
  const publicKey = isNew ? Credential.parseCreationOptionsFromJSON(options) : Credential.parseRequestOptionsFromJSON(options);
  open?.abort();
  open = new AbortController();
  const request = { publicKey, signal: open.signal, ...more };
  const given = await (isNew ? navigator.credentials.create(request) : navigator.credentials.get(request));
  if (!isNew) sessionStorage.setItem(SENT, JSON.stringify({ rpId: options.rpId, credentialId: given.id }));
  form.elements.code.value = JSON.stringify(given);
  form.submit();
}

/* Not busy any more: what the script of every page has changed goes back. */
function ready(button) {
  if (!button) return;
  button.removeAttribute("aria-busy");
  const said = button.querySelector("[data-words]");
  if (said && button.dataset.usual) said.textContent = button.dataset.usual;
}

async function press(form, button) {
  say(form, null);
  try {
    await answer(form);
  } catch (error) {
    say(form, nameOf(error));
    ready(button);
  }
}

async function offerQuietly(form) {
  if (!(await Credential.isConditionalMediationAvailable?.())) return;
  setTimeout(() => {
    const name = document.querySelector("input[autocomplete~=webauthn]");
    if (!name?.value) location.reload();
  }, RENEW_AFTER_MS);
  try {
    await answer(form, { mediation: "conditional" });
  } catch {
    /* Nothing was chosen from the list: the page is there for every other way. */
  }
}

/* WebAuthn Signal API: what the browser should forget, and what it should call by another name. */
async function signal(name, facts) {
  try {
    await Credential?.[name]?.(facts);
  } catch {
    /* A browser may refuse: nothing depends on it. */
  }
}

for (const told of document.querySelectorAll("[data-unscripted]")) told.hidden = true;

for (const form of document.querySelectorAll("form[data-ceremony]")) {
  for (const part of form.querySelectorAll("[data-able]")) part.hidden = !isAble;
  for (const part of form.querySelectorAll("[data-unable]")) part.hidden = isAble;
  if (!isAble) continue;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) return; /* the way to another page */
    event.preventDefault();
    press(form, event.submitter);
  });
  if ("quiet" in form.dataset) offerQuietly(form);
  if ("atOnce" in form.dataset) press(form, null);
}

for (const told of document.querySelectorAll("[data-signals]")) {
  for (const { name, facts } of JSON.parse(told.dataset.signals)) signal(name, facts);
}

const sent = sessionStorage.getItem(SENT);
sessionStorage.removeItem(SENT);
if (sent && document.querySelector("[data-unknown]")) signal("signalUnknownCredential", JSON.parse(sent));
