/** The visitor's side of the HTTP contract: one function per call, every failure a Problem. */

const CALL_TIMEOUT_MS = 12_000;
const POLL_GRACE_MS = 10_000; // on top of the seconds a long poll was asked to wait
const TRIES = 5;
const FIRST_PAUSE_MS = 500;

/** What went wrong with a call. `status` 0 means that no answer arrived. */
export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", detail = "", retryAfterMs = 0 } = {}) {
    super(detail || code);
    Object.assign(this, { name: "Problem", status, code, detail, retryAfterMs });
  }
}

/** The session is over, erased, or was never ours. */
export const isGone = (error) => error instanceof Problem && [401, 404, 410].includes(error.status);

/** The same call may well succeed in a moment. */
export const isPassing = (error) => error instanceof Problem && (error.status === 0 || error.status >= 500);

/** Full jitter: anywhere between now and twice the pause of the try before. */
export const jittered = (tries, { firstMs = FIRST_PAUSE_MS, capMs = 30_000 } = {}) =>
  Math.random() * Math.min(capMs, firstMs * 2 ** tries);

/** Resolves after `ms`, or as soon as the signal aborts. */
export const pause = (ms, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Repeats a call that is safe to repeat, while its failures are passing ones. */
export async function persist(call, { tries = TRIES, passing = isPassing } = {}) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      if (tried >= tries || !passing(error)) throw error;
      await pause(Math.max(error.retryAfterMs, jittered(tried)));
    }
  }
}

/** A fresh client_message_id, also on a page without a secure context, where randomUUID is missing. */
export function newMessageId() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Retry-After comes in seconds or as a date. */
function retryAfterMs(response) {
  const value = response.headers.get("Retry-After");
  if (!value) return 0;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) * 1000 : 0;
}

async function problemFrom(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem({
    status: response.status,
    code: typeof body?.code === "string" ? body.code : "unexpected",
    detail: typeof body?.detail === "string" ? body.detail : "",
    retryAfterMs: retryAfterMs(response),
  });
}

async function request(url, { token, json, headers = {}, ...options }) {
  const sent = { ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (json !== undefined) sent["Content-Type"] = "application/json";
  const body = json === undefined ? undefined : JSON.stringify(json);
  let response;
  try {
    response = await fetch(url, { ...options, headers: sent, body, credentials: "omit", cache: "no-store" });
  } catch (error) {
    throw new Problem({ detail: String(error) });
  }
  if (!response.ok) throw await problemFrom(response);
  return response;
}

async function readJson(url, { timeoutMs = CALL_TIMEOUT_MS, ...options }) {
  const response = await request(url, { signal: AbortSignal.timeout(timeoutMs), ...options });
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (error) {
    throw new Problem({ detail: String(error) }); // cut off in mid-answer, or not our server
  }
}

/** The calls, bound to the desk at `base` (an absolute URL ending in a slash). */
export function createClient(base) {
  const at = (path) => new URL(path, base);
  const turn = (turnId, rest = "") => at(`v1/turns/${encodeURIComponent(turnId)}${rest}`);
  return {
    openSession: (details) => readJson(at("v1/sessions"), { method: "POST", json: details }),
    readSession: (token) => readJson(at("v1/session"), { token }),
    postTurn: (token, { message, clientMessageId }) =>
      readJson(at("v1/turns"), { method: "POST", token, json: { message, client_message_id: clientMessageId } }),
    readTurn: (token, turnId, { after = "", waitSeconds = 0 } = {}) => {
      const url = turn(turnId);
      if (after) url.searchParams.set("after", after);
      url.searchParams.set("wait", String(waitSeconds));
      return readJson(url, { token, timeoutMs: waitSeconds * 1000 + POLL_GRACE_MS });
    },
    cancelTurn: (token, turnId) => readJson(turn(turnId, "/cancel"), { method: "POST", token }),
    rateTurn: (token, turnId, rating) => readJson(turn(turnId, "/rating"), { method: "PUT", token, json: { rating } }),
    /** The Response of the session's stream; the token travels in a header, never in the address. */
    streamSession: async (token, { lastEventId, signal }) => {
      const headers = { Accept: "text/event-stream" };
      if (lastEventId) headers["Last-Event-ID"] = lastEventId;
      const response = await request(at("v1/session/events"), { token, headers, signal });
      const type = response.headers.get("Content-Type") ?? "";
      if (type.startsWith("text/event-stream") && response.body) return response;
      throw new Problem({ status: 502, code: "not_a_stream", detail: type });
    },
  };
}
