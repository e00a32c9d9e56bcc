/* What the app asks the service: each request is signed with the key of the device, and sent without cookies. */

import { base64, signature } from "./keys.js";

const BASE = "/authenticator/v1/";
const ENROLMENT = "proofup.authenticator.enrolment.v1\n";
const CALL = "proofup.authenticator.call.v1\n";
const ANSWER = "proofup.authenticator.answer.v1\n";

/* An answer of the service that is not a success: its code says why. */
export class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

async function post(path, body) {
  const response = await fetch(BASE + path, {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status === 204) return null;
  const told = await response.json();
  if (!response.ok) throw new Refused(response.status, told.error.code);
  return told;
}

/* What every signed text says; the clock of the device may be wrong, so that of the service counts. */
function told(account, more) {
  const at = Math.floor((Date.now() + (account.ahead ?? 0)) / 1000);
  const registration = account.isConfirmed ? null : account.registration;
  return { user: account.user, device: account.device, registration, at, ...more };
}

async function send(account, path, prefix, more) {
  const text = JSON.stringify(told(account, more));
  return post(path, { text, signature: await signature(account.key, prefix + text) });
}

export const plainCode = (typed) => typed.replace(/[\s-]/g, "").toUpperCase();

export async function enrol(code, made, name) {
  const signed = await signature(made.key, ENROLMENT + code);
  return post("devices", { code, publicKey: made.publicKey, name, signature: signed });
}

export const look = (account) => send(account, "requests", CALL, {});

export const answer = (account, request, decision, number) => send(account, "answers", ANSWER, {
  request: request.id, purpose: request.purpose, shown: request.shown, decision, number,
});

export function subscribe(account, subscription, serverKey) {
  const { endpoint } = subscription;
  const [p256dh, auth] = ["p256dh", "auth"].map((name) => base64(subscription.getKey(name)));
  return send(account, "subscriptions", CALL, { subscription: { endpoint, p256dh, auth, serverKey } });
}
