/** Reads server-sent events from a fetch body, in pieces of any size, and notices when the stream falls silent. */

import { isGone, Problem } from "./client.js";

/** Feed it text in any pieces; it returns the events completed so far. Follows the WHATWG event stream rules. */
export function createEventParser() {
  let rest = "";
  let endedOnReturn = false; // a CR may be half of a CRLF whose LF is in the next piece
  let id = "";
  let event = "";
  let data = [];

  function finish() {
    const complete = data.length > 0 ? { id, event: event || "message", data: data.join("\n") } : null;
    event = "";
    data = [];
    return complete;
  }

  function readLine(line) {
    if (line === "") return finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
    return null; // comments (an empty field) and fields we do not know
  }

  return function push(piece) {
    if (piece === "") return [];
    const text = endedOnReturn && piece.startsWith("\n") ? piece.slice(1) : piece;
    endedOnReturn = piece.endsWith("\r");
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = lines.pop();
    return lines.map(readLine).filter(Boolean);
  };
}

/** An event with its data decoded, or null: one event we cannot read must not cost the visitor the rest. */
function decode({ id, event, data }) {
  try {
    return { id, event, data: JSON.parse(data) };
  } catch {
    return null;
  }
}

/** Aborts `controller` when `touch` has not been called for as long as its last call said. */
function createWatchdog(controller) {
  let timer;
  const watchdog = {
    barked: false,
    rest: () => clearTimeout(timer),
    touch(forMs) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        watchdog.barked = true;
        controller.abort();
      }, forMs);
    },
  };
  return watchdog;
}

/** Reads pieces until the body ends ("ended") or the server asks us to come back ("reconnect"). */
async function readBody(body, watchdog, { silenceMs, onBytes, onEvent }) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const push = createEventParser();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return "ended";
    watchdog.touch(silenceMs);
    onBytes();
    const events = push(decoder.decode(value, { stream: true })).map(decode).filter(Boolean);
    for (const event of events) {
      if (event.event === "reconnect") return "reconnect";
      onEvent(event);
    }
  }
}

/**
 * One connection, from `open(signal)` (a promise of a Response) to its end. Never throws; answers
 * `{kind: "ended" | "reconnect" | "stalled" | "gone" | "refused" | "failed", lastedMs, retryAfterMs}`.
 */
export async function readStream(open, { signal, firstByteMs, silenceMs, onBytes, onEvent }) {
  const startedAt = performance.now();
  const attempt = new AbortController();
  const abort = () => attempt.abort();
  const watchdog = createWatchdog(attempt);
  const ending = (kind, retryAfterMs = 0) => ({ kind, retryAfterMs, lastedMs: performance.now() - startedAt });
  signal.addEventListener("abort", abort, { once: true });
  try {
    watchdog.touch(firstByteMs);
    const response = await open(attempt.signal);
    return ending(await readBody(response.body, watchdog, { silenceMs, onBytes, onEvent }));
  } catch (error) {
    if (watchdog.barked) return ending("stalled");
    if (isGone(error)) return ending("gone");
    if (error instanceof Problem && error.status === 429) return ending("refused", error.retryAfterMs);
    return ending("failed", error instanceof Problem ? error.retryAfterMs : 0);
  } finally {
    watchdog.rest();
    signal.removeEventListener("abort", abort);
    abort(); // closes the connection when we were the ones to leave
  }
}
