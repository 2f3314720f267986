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

export function saveSession({ token, greeting, suggestions }) {
  onThisPage = { token, greeting, suggestions };
  try {
    localStorage.setItem(KEY, JSON.stringify(onThisPage));
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
