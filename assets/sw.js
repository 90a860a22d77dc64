// The service worker: what never changes comes from the browser, and where the server cannot be reached a page says so.
// Nothing of a person's memory is ever kept here. STATIC is put in when this is built: what the offline page is made of.
const OFFLINE = "/offline";
const KEPT = `vertraut ${STATIC.join(" ")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([OFFLINE, ...STATIC])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(begin()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (address.pathname.startsWith("/static/")) {
    event.respondWith(kept(request));
  } else if (request.mode === "navigate") {
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
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function kept(request) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
