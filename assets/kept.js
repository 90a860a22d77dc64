// What was shared while the server was away: in a database of this browser, until somebody decided on it. The service worker
// puts it there, pages take it out. A share is {id, at, bytes, title, text, url, files: [{name, blob}]}.
const MOST = 20;
const MOST_BYTES = 200_000_000;
const LARGEST = 20_000_000; // what the server takes at once
const MOST_FILES = 20;
const AROUND = 1000; // bytes around each part of a form

const STORE = "shares";
const DECIDED = "vertraut-decided"; // what is to go, until it is gone

/** Keeps a form that was shared. Returns "", or why it does not: "nothing" is in it, it is "large", the place is "full". */
export async function keep(form) {
  const [title, text, url] = ["title", "text", "url"].map((name) => String(form.get(name) ?? "").trim());
  const files = form.getAll("files").filter((each) => each.size);
  if (!(title || text || url || files.length)) return "nothing";
  const sizes = [new Blob([title, text, url]), ...files].map((each) => each.size + AROUND);
  const bytes = sum(sizes) + 3 * AROUND;
  if (bytes > LARGEST || files.length > MOST_FILES) return "large";
  const named = files.map((blob) => ({ name: blob.name, blob }));
  const share = { id: crypto.randomUUID(), at: Date.now(), bytes, title, text, url, files: named };
  return within("readwrite", async (store) => {
    const others = await answered(store.getAll());
    if (others.length >= MOST || sum(others.map((each) => each.bytes)) + bytes > MOST_BYTES) return "full";
    store.put(share);
    return "";
  });
}

/** Returns what is kept, oldest first; nothing where the browser keeps nothing. */
export async function kept() {
  if (!globalThis.indexedDB) return [];
  try {
    const found = await within("readonly", (store) => answered(store.getAll()));
    const left = decided(); // by a page that was left before they were gone
    await Promise.all(left.map(drop));
    return found.filter((each) => !left.includes(each.id)).sort((one, other) => one.at - other.at);
  } catch {
    return [];
  }
}

/** Lets a share go. It counts as gone at once, also where the page is left before it is. */
export async function drop(id) {
  localStorage.setItem(DECIDED, JSON.stringify([...new Set([...decided(), id])]));
  await within("readwrite", (store) => store.delete(id));
  localStorage.setItem(DECIDED, JSON.stringify(decided().filter((each) => each !== id)));
}

function decided() {
  return JSON.parse(localStorage.getItem(DECIDED) ?? "[]");
}

function sum(numbers) {
  return numbers.reduce((one, other) => one + other, 0);
}

/** Does something in a transaction, and returns what it gives once that is on the disk. */
async function within(mode, work) {
  const opening = indexedDB.open("vertraut", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id" });
  const database = await answered(opening);
  try {
    const change = database.transaction(STORE, mode, { durability: "strict" });
    const over = new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onabort = () => reject(change.error);
    });
    const [given] = await Promise.all([work(change.objectStore(STORE)), over]);
    return given;
  } finally {
    database.close();
  }
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
