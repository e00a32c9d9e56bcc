/*
 * The service worker: it shows that a request waits when the app is closed, and keeps the app itself for when there is
 * no connection. A message holds the id of the request and nothing else; the app fetches the rest.
 */

const ADDRESS = "/authenticator";
const KEPT = "authenticator-v1";

function words() {
  return new Promise((resolve) => {
    const asked = indexedDB.open("authenticator", 1);
    asked.onerror = () => resolve(null);
    asked.onsuccess = () => {
      const got = asked.result.transaction("words").objectStore("words").get("shown");
      got.onsuccess = () => resolve(got.result ?? null);
      got.onerror = () => resolve(null);
    };
  });
}

async function notify(event) {
  let request = "";
  try {
    request = event.data?.json().request ?? "";
  } catch {
    // A message that nobody can read still says that something waits.
  }
  const shown = await words();
  await self.registration.showNotification(shown?.title ?? "Authenticator", {
    body: shown?.body ?? "",
    icon: shown?.icon,
    tag: request,
    requireInteraction: true,
    data: { request },
  });
}

async function openApp() {
  const open = await self.clients.matchAll({ type: "window" });
  const app = open.find((client) => new URL(client.url).pathname === ADDRESS);
  if (app) return app.focus();
  return self.clients.openWindow(ADDRESS);
}

/* From the network while there is one, so that the app is never older than the service. */
async function fetched(request) {
  const kept = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    if (response.ok) await kept.put(request, response.clone());
    return response;
  } catch (error) {
    const found = await kept.match(request, { ignoreVary: true, ignoreSearch: true });
    if (found) return found;
    throw error;
  }
}

self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onpush = (event) => event.waitUntil(notify(event));
self.onnotificationclick = (event) => {
  event.notification.close();
  event.waitUntil(openApp());
};
self.onfetch = (event) => {
  const { pathname } = new URL(event.request.url);
  const isOurs = pathname === ADDRESS || pathname.startsWith("/static/") || pathname.startsWith(`${ADDRESS}/`);
  if (event.request.method === "GET" && isOurs) event.respondWith(fetched(event.request));
};
