/*
 * The keys of a device: one that signs (ECDSA, P-256), made here and never to be exported, and the secret of the codes
 * (RFC 6238), which is taken in the same way.
 */

const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const STEP_SECONDS = 30;

export const bytes = (text) => new TextEncoder().encode(text);
export const base64 = (data) => btoa(String.fromCharCode(...new Uint8Array(data)));
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export async function newKey() {
  const pair = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { key: pair.privateKey, publicKey: base64(point) };
}

export async function signature(key, text) {
  return base64(await crypto.subtle.sign(SIGNATURE, key, bytes(text)));
}

export function codesKey(secret) {
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  return crypto.subtle.importKey("raw", fromBase64(secret), algorithm, false, ["sign"]);
}

/* The code at an instant in milliseconds, and the seconds that it has left. */
export async function codeAt(key, instant) {
  const seconds = Math.floor(instant / 1000);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(seconds / STEP_SECONDS)));
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const start = digest[19] & 15; // RFC 4226 §5.3
  const number = new DataView(digest.buffer).getUint32(start) & 0x7fffffff;
  return { code: String(number % 1000000).padStart(6, "0"), left: STEP_SECONDS - (seconds % STEP_SECONDS) };
}
