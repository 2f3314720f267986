/** Keeps a session followed: one stream held open, and long polling of the open turn while streaming is in trouble. */

import { isGone, jittered, pause } from "./client.js";
import { readStream } from "./event_stream.js";

export const TIMING = Object.freeze({
  firstByteMs: 5_000, // the gateway sends one at once: where none comes, a proxy keeps the stream to itself
  silenceMs: 20_000, // the gateway sends a comment more often than this, so silence means a dead connection
  steadyMs: 5_000, // a stream that lasted this long owes nothing to the failures before it
  reconnectMs: 1_000, // spread of the return after the server asked for it
  pollSeconds: 20,
  pollRestMs: 1_000,
});
const FAILURES_BEFORE_POLLING = 2;

/**
 * Starts following. `position()` is the last event id seen, `openTurn()` the turn that owes an answer (or null),
 * `onReply(reply)` takes a polled turn, `onHealth(healthy)` tells when streaming breaks or mends, `onGone()` ends it.
 */
export function follow(session, timing = TIMING) {
  const stopper = new AbortController();
  let nap = new AbortController();
  let healthy = true;
  let polling = false;

  function setHealthy(value) {
    if (healthy === value) return;
    healthy = value;
    session.onHealth(value);
    if (!value) poll();
  }

  function stop() {
    stopper.abort();
    nap.abort();
  }

  function leave() {
    if (stopper.signal.aborted) return;
    stop();
    session.onGone();
  }

  /** A pause that `wake()` and `stop()` cut short. */
  async function rest(ms) {
    nap = new AbortController();
    await pause(ms, nap.signal);
  }

  const openStream = (signal) =>
    session.client.streamSession(session.token, { lastEventId: session.position(), signal });
  const whileFollowed = (report) => (value) => stopper.signal.aborted || report(value);

  async function stream() {
    let failures = 0;
    while (!stopper.signal.aborted) {
      const ending = await readStream(openStream, {
        signal: stopper.signal,
        firstByteMs: timing.firstByteMs,
        silenceMs: timing.silenceMs,
        onBytes: () => setHealthy(true),
        onEvent: whileFollowed(session.onEvent),
      });
      if (stopper.signal.aborted) return;
      if (ending.kind === "gone") return leave();
      if (ending.kind === "reconnect") {
        await rest(Math.random() * timing.reconnectMs);
        continue;
      }
      failures = ending.kind !== "stalled" && ending.lastedMs > timing.steadyMs ? 1 : failures + 1;
      const hopeless = ["stalled", "refused"].includes(ending.kind); // there are too many streams, and polls are none
      if (hopeless || failures >= FAILURES_BEFORE_POLLING) setHealthy(false);
      await rest(Math.max(ending.retryAfterMs, jittered(failures)));
    }
  }

  async function pollOnce(turn, failures) {
    const startedAt = performance.now();
    try {
      const reply = await session.client.readTurn(session.token, turn.turnId, {
        after: turn.anchored ? turn.lastEventId : "",
        waitSeconds: timing.pollSeconds,
      });
      if (stopper.signal.aborted) return 0;
      session.onReply(reply);
      const news = reply.events?.length > 0 || session.openTurn()?.turnId !== turn.turnId;
      if (!news) await pause(timing.pollRestMs - (performance.now() - startedAt), stopper.signal);
      return 0;
    } catch (error) {
      if (isGone(error) && error.status !== 404) leave(); // a turn may be missing where the session is not
      else await pause(Math.max(error.retryAfterMs ?? 0, jittered(failures + 1)), stopper.signal);
      return failures + 1;
    }
  }

  /** Does nothing while the stream is well, while a poll is under way, or when no answer is owed. */
  async function poll() {
    if (polling) return;
    polling = true;
    let failures = 0;
    while (!stopper.signal.aborted && !healthy && session.openTurn()) {
      failures = await pollOnce(session.openTurn(), failures);
    }
    polling = false;
  }

  stream();
  return { stop, poll, wake: () => nap.abort() };
}
