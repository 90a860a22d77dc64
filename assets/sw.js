// The service worker: what never changes comes from the browser, and where the server cannot be reached a page says so.
// Nothing of a person's memory is ever kept here, only what they share while the server is away, until they decided on it.
// STATIC is put in when this is built: what the offline page is made of.
import { keep } from "./kept.js";

const OFFLINE = "/offline";
const KEPT = `vertraut ${STATIC.join(" ")}`;
const AWAY = [502, 504]; // what stands in front of the server says so

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([OFFLINE, ...STATIC])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(begin()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  const visits = request.mode === "navigate";
  if (request.method === "POST" && visits && address.pathname === "/share") {
    event.respondWith(shared(request));
  } else if (request.method !== "GET") {
    return;
  } else if (address.pathname.startsWith("/static/")) {
    event.respondWith(kept(request));
  } else if (visits) {
    event.respondWith(visited(event));
  }
});

/** Puts away what former versions kept, and lets the browser ask the server while this here still wakes up. */
async function begin() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function visited(event) {
  const answer = await reached(async () => (await event.preloadResponse) ?? fetch(event.request));
  return answer ?? (await caches.match(OFFLINE)) ?? Response.error();
}

/** Hands over what another app shares; where nobody takes it, keeps it and goes to the page that says so. */
async function shared(request) {
  const copy = request.clone();
  const answer = await reached(() => fetch(request));
  if (answer) return answer;
  const why = await copy.formData().then(keep).catch(() => "unkept");
  return Response.redirect(why ? `/share/kept?not=${why}` : "/share/kept", 303);
}

/** Returns the server's answer; null where it is away. */
async function reached(asked) {
  const answer = await asked().catch(() => null);
  return answer && AWAY.includes(answer.status) ? null : answer;
}

async function kept(request) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
