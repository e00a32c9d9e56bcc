/*
 * The authenticator app. It lists the accounts of this device with their codes, asks the service every few seconds
 * whether one of them is asked, and takes the number. All words are in the page; here text is put in, never markup.
 */

import * as calls from "./calls.js";
import { codeAt, codesKey, fromBase64, newKey } from "./keys.js";
import * as store from "./store.js";

const LOOK_MS = 3000;
const SUBSCRIBING_MS = 8000; // a browser without its push service never answers
const KEPT = "authenticator-v1";

const part = (name) => document.querySelector(`[data-part="${name}"]`);
const copyOf = (name) => document.querySelector(`template[data-for="${name}"]`).content.firstElementChild.cloneNode(true);
const slot = (element, name) => element.querySelector(`[data-slot="${name}"]`);
const say = (name) => { part("said").textContent = part("words").dataset[name] ?? ""; };

let known = [];
let asked = null; // { account, request }
let worker = null;

/* Accounts and their codes. */

function rowOf(account) {
  const row = copyOf("account");
  row.dataset.device = account.device;
  slot(row, "organisation").textContent = account.organisation;
  slot(row, "user").textContent = account.userName;
  slot(row, "state").hidden = account.isConfirmed;
  slot(row, "remove").addEventListener("click", () => remove(account));
  return row;
}

function list() {
  part("accounts").replaceChildren(...known.map(rowOf));
  part("empty").hidden = known.length > 0;
  part("codes").hidden = known.length === 0;
  tick();
}

async function tick() {
  for (const account of known) {
    const row = part("accounts").querySelector(`[data-device="${account.device}"]`);
    if (!row) continue;
    const { code, left } = await codeAt(account.codes, Date.now() + (account.ahead ?? 0));
    slot(row, "code").textContent = account.isConfirmed ? `${code.slice(0, 3)} ${code.slice(3)}` : "––– –––";
    slot(row, "left").value = left;
  }
}

async function remove(account) {
  if (!window.confirm(part("words").dataset.removing)) return;
  await store.forget(account.device);
  known = known.filter((one) => one.device !== account.device);
  list();
}

/* Requests. */

async function standing(account) {
  const told = await calls.look(account);
  const ahead = Date.parse(told.now) - Date.now();
  const changed = told.isConfirmed !== account.isConfirmed || told.userName !== account.userName
    || told.organisation !== account.organisation || Math.abs(ahead - (account.ahead ?? 0)) > 2000;
  Object.assign(account, {
    isConfirmed: told.isConfirmed, userName: told.userName, organisation: told.organisation, ahead,
  });
  if (changed) {
    await store.keep(account);
    list();
  }
  account.serverKey = told.serverKey;
  // The service cannot wake this device any more, or does so by a key that was changed since.
  if (told.subscribedKey !== told.serverKey) account.endpoint = null;
  return told.request;
}

async function lookAt(account) {
  try {
    return await standing(account);
  } catch (error) {
    if (!(error instanceof calls.Refused)) return undefined; // no connection: what is shown stays
    if (error.code === "clock") account.ahead = 0;
    if (error.status !== 410) return null;
    await store.forget(account.device);
    known = known.filter((one) => one !== account);
    list();
    say("removed");
    return null;
  }
}

async function lookAtAll() {
  for (const account of [...known]) {
    const request = await lookAt(account);
    if (request) return show(account, request);
    if (request === null && asked?.account === account) show(null, null);
  }
}

function show(account, request) {
  if (asked?.request.id === request?.id) return;
  asked = request ? { account, request } : null;
  const dialog = part("request");
  dialog.hidden = !asked;
  if (!asked) return;
  const shown = JSON.parse(request.shown);
  const isSetUp = request.purpose === "registration";
  slot(dialog, "signIn").hidden = isSetUp;
  slot(dialog, "setUp").hidden = !isSetUp;
  slot(dialog, "facts").hidden = isSetUp;
  slot(dialog, "refusals").hidden = isSetUp;
  slot(dialog, "reporting").hidden = true;
  slot(dialog, "account").textContent = `${account.organisation}, ${account.userName}`;
  slot(dialog, "application").textContent = shown.application || account.organisation;
  slot(dialog, "from").textContent = [shown.address, shown.browser, shown.system].filter(Boolean).join(", ");
  slot(dialog, "when").textContent = new Date(shown.startedAt).toLocaleTimeString(document.documentElement.lang);
  slot(dialog, "number").value = "";
  say("");
  slot(dialog, "number").focus();
}

async function decide(decision) {
  if (!asked) return;
  const { account, request } = asked;
  const number = decision === "approve" ? slot(part("request"), "number").value.trim() : "";
  try {
    const { status } = await calls.answer(account, request, decision, number);
    show(null, null);
    say(status);
  } catch (error) {
    if (!(error instanceof calls.Refused)) return say("offline");
    show(null, null);
    say(error.code === "over" ? "over" : "failed");
  }
  await lookAtAll();
}

/* Setting up. */

async function setUp() {
  const code = calls.plainCode(slot(part("setUp"), "code").value);
  const made = await newKey();
  try {
    const told = await calls.enrol(code, made, part("words").dataset.device);
    await store.keep({
      device: told.device, user: told.user, registration: told.registration, key: made.key,
      codes: await codesKey(told.secret), organisation: told.organisation, userName: told.userName,
      ahead: Date.parse(told.now) - Date.now(), isConfirmed: false,
    });
  } catch (error) {
    return say(error instanceof calls.Refused ? "unknownCode" : "offline");
  }
  slot(part("setUp"), "code").value = "";
  part("adding").open = false;
  say("");
  await begin();
}

/* Notifications: they are an addition. Without them the open app finds its requests. */

const inTime = (promise) => Promise.race([
  promise, new Promise((_, reject) => { setTimeout(() => reject(new Error("no answer")), SUBSCRIBING_MS); }),
]);

async function subscribeAll() {
  for (const account of known.filter((one) => one.isConfirmed && one.serverKey)) {
    const options = { userVisibleOnly: true, applicationServerKey: fromBase64(account.serverKey) };
    let found = await worker.pushManager.getSubscription();
    const isOurs = found && btoa(String.fromCharCode(...new Uint8Array(found.options.applicationServerKey)));
    if (found && isOurs !== account.serverKey) { // the key of the service was changed
      await found.unsubscribe();
      found = null;
    }
    found ??= await inTime(worker.pushManager.subscribe(options));
    if (account.endpoint === found.endpoint) continue;
    await calls.subscribe(account, found, account.serverKey);
    account.endpoint = found.endpoint;
    await store.keep(account);
  }
}

/* Subscribes again where the service needs it; once for each key, as a push service may not answer. */
const renewed = new Set();

async function renew() {
  if (!worker || window.Notification?.permission !== "granted") return;
  const due = known.filter((one) => one.isConfirmed && one.serverKey && !one.endpoint)
    .map((one) => `${one.device} ${one.serverKey}`).filter((one) => !renewed.has(one));
  if (due.length === 0) return;
  for (const one of due) renewed.add(one);
  await subscribeAll().catch(() => {});
}

async function allow() {
  const answer = await Notification.requestPermission();
  if (answer !== "granted") return say("notAllowed");
  try {
    await subscribeAll();
    say("notified");
  } catch {
    say("notNotified");
  }
  offerNotifications();
}

function offerNotifications() {
  const can = worker && "pushManager" in worker && "Notification" in window;
  const isOn = known.length > 0 && known.every((one) => one.endpoint);
  part("notifications").hidden = !can || !known.some((one) => one.isConfirmed) || isOn;
}

async function startWorker() {
  if (!navigator.serviceWorker) return;
  const policy = window.trustedTypes?.createPolicy("authenticator", {
    createScriptURL: (url) => {
      if (url !== "/authenticator/worker.js") throw new TypeError(url);
      return url;
    },
  });
  const address = policy ? policy.createScriptURL("/authenticator/worker.js") : "/authenticator/worker.js";
  await navigator.serviceWorker.register(address, { scope: "/authenticator" });
  worker = await navigator.serviceWorker.ready;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const kept = await caches.open(KEPT);
  const scripts = ["calls.js", "keys.js", "store.js"].map((name) => `/authenticator/${name}`);
  await kept.addAll([location.pathname, ...parts.map((one) => one.href ?? one.src), ...scripts]);
}

/* Start. */

/* By the button, or by Enter in its field. */
function pressed(element, button, field, act) {
  slot(element, button).addEventListener("click", act);
  slot(element, field).addEventListener("keydown", (event) => { if (event.key === "Enter") act(); });
}

async function begin() {
  known = await store.accounts();
  list();
  await lookAtAll();
  offerNotifications();
  if (worker && window.Notification?.permission === "granted") subscribeAll().catch(() => {});
}

/* The code in the address, from the link of a QR code. */
function takeCode() {
  const code = calls.plainCode(location.hash.slice(1));
  if (!code) return;
  history.replaceState(null, "", location.pathname); // the code is not left in the history
  slot(part("setUp"), "code").value = code;
  part("adding").open = true;
}

async function start() {
  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) {
    part("unsupported").hidden = false;
    return;
  }
  part("app").hidden = false;
  const dialog = part("request");
  pressed(part("setUp"), "setUp", "code", setUp);
  pressed(dialog, "approve", "number", () => decide("approve"));
  slot(dialog, "deny").addEventListener("click", () => decide("deny"));
  slot(dialog, "notMe").addEventListener("click", () => { slot(dialog, "reporting").hidden = false; });
  slot(dialog, "report").addEventListener("click", () => decide("report"));
  slot(part("notifications"), "allow").addEventListener("click", allow);
  takeCode();
  addEventListener("hashchange", takeCode); // an address that was scanned opens in the page that is there
  const { title, body, icon } = part("words").dataset;
  await store.keepWords({ title, body, icon });
  await startWorker().catch(() => {}); // without it there are no notifications, and all else works
  await begin();
  setInterval(tick, 1000);
  setInterval(() => { if (!document.hidden) lookAtAll().then(renew).then(offerNotifications); }, LOOK_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAtAll(); });
}

start();
