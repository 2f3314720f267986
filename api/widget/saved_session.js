/** Where the browser keeps its session between pages: for all tabs of the site, or for this page alone if it must. */

const KEY = "frontdesk.session";
let onThisPage = null; // storage may be forbidden: the chat then works until the page is left

const read = (value) => {
  try {
    const saved = JSON.parse(value);
    return typeof saved?.token === "string" ? saved : null;
  } catch {
    return null;
  }
};

/** `{token, greeting, suggestions}`, or null. */
export function savedSession() {
  try {
    return read(localStorage.getItem(KEY));
  } catch {
    return onThisPage;
  }
}

/** The same as every tab sees it at this moment: a tab's localStorage may lag behind what another has written. */
export async function latestSession() {
  const latest = await inDatabase("readonly", (store) => store.get(KEY)).catch(() => null);
  return read(latest) ?? savedSession();
}

/** Resolves when every tab can know of it. */
export async function saveSession({ token, greeting, suggestions }) {
  onThisPage = { token, greeting, suggestions };
  const value = JSON.stringify(onThisPage);
  await inDatabase("readwrite", (store) => store.put(value, KEY)).catch(() => {});
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // kept above
  }
}

/** Calls back with the session another tab has started in place of ours. */
export function onOtherSession(callback) {
  addEventListener("storage", ({ key, newValue }) => {
    const saved = key === KEY ? read(newValue) : null;
    if (saved) callback(saved);
  });
}

/** Runs `task` while no other tab does, so that tabs opened together come to share one session. */
export function oneTabAtATime(task) {
  return navigator.locks ? navigator.locks.request(KEY, task) : task(); // locks need a secure context
}

function inDatabase(mode, use) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(KEY);
    opening.onupgradeneeded = () => opening.result.createObjectStore(KEY);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(KEY, mode);
      const request = use(transaction.objectStore(KEY));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      database.close(); // once the transaction is over
    };
  });
}
