/** The conversation as a value: a pure reducer from events, the stream's and the page's own, to what is shown. */

/**
 * A turn is a BLANK_TURN with facts filled in. `message` is null until known; `anchored` says that `text` is the answer
 * from its beginning, so that the next delta may be appended (until then deltas are `held`); `sending` and `unsent` are
 * statuses of this page alone.
 */
export const EMPTY = Object.freeze({
  greeting: "", suggestions: [], turns: [], leadStep: null, currentTurnId: null, lastEventId: "",
});

const BLANK_TURN = Object.freeze({
  turnId: null, clientMessageId: null, seq: null, message: null, status: "queued", text: "", citations: [],
  error: null, rating: null, lead: null, anchored: false, held: [], lastEventId: "",
});

const SETTLED = new Set(["done", "failed", "cancelled"]);

export const isSettled = (turn) => SETTLED.has(turn.status);
export const isOpen = (turn) => turn.status === "queued" || turn.status === "running";

/** The turn that owes the next answer, or null: a session's lowest open turn runs alone. */
export const openTurn = (state) => state.turns.find(isOpen) ?? null;

/** An open turn whose answer we joined in the middle. */
export const adriftTurn = (state) => state.turns.find((turn) => isOpen(turn) && !turn.anchored) ?? null;

const isSending = (state) => state.turns.some((turn) => turn.status === "sending");

/** Another tab posted a turn whose question we have not read yet. (Ours may merely have outrun its own receipt.) */
export const hasUnknownQuestion = (state) => !isSending(state) && state.turns.some((turn) => turn.message === null);

/** The turns to show: an answer that outran the receipt of our own message waits for it. */
export const shownTurns = (state) =>
  isSending(state) ? state.turns.filter((turn) => turn.message !== null) : state.turns;

const text = (value) => (typeof value === "string" ? value : "");
const list = (value) => (Array.isArray(value) ? value : []);

/** True when event id `a` comes after `b`; ids look like "5001-12". Unreadable ids count as new. */
export function isAfter(a, b) {
  const [left, right] = [a, b].map((id) => /^(\d+)-(\d+)$/.exec(id ?? ""));
  if (!left || !right) return a !== b || !a;
  const major = Number(left[1]) - Number(right[1]);
  return major > 0 || (major === 0 && Number(left[2]) > Number(right[2]));
}

function citationsFrom(data) {
  const found = Array.isArray(data) ? data : list(data?.citations);
  return found
    .filter((citation) => citation && typeof citation === "object")
    .map(({ n, title, source, url }, index) => ({
      n: Number.isInteger(n) ? n : index + 1, title: text(title) || text(source), source: text(source), url: text(url),
    }));
}

function leadFrom({ step, prompt, quick_replies: quickReplies }) {
  return { step: text(step), prompt: text(prompt), quickReplies: list(quickReplies).filter((reply) => text(reply)) };
}

const bySeq = (a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || 0;

/** The state with one turn changed, or added when `turnId` is new. */
function withTurn(state, turnId, change) {
  const known = state.turns.some((turn) => turn.turnId === turnId);
  const turns = known ? state.turns : [...state.turns, { ...BLANK_TURN, turnId }];
  const changed = turns.map((turn) => (turn.turnId === turnId ? { ...turn, ...change(turn) } : turn));
  return { ...state, turns: changed.sort(bySeq) };
}

function withPending(state, clientMessageId, change) {
  const own = (turn) => turn.clientMessageId === clientMessageId;
  return { ...state, turns: state.turns.map((turn) => (own(turn) ? { ...turn, ...change } : turn)) };
}

/** Whom an event is about: by name, else the turn of the last reset, else the one that must be running. */
function turnIdOf(state, data) {
  return data?.turn_id ?? state.currentTurnId ?? openTurn(state)?.turnId ?? null;
}

/** Changes the turn an event is about; an event about nobody we know changes nothing. */
function about(change) {
  return (state, data, id) => {
    const turnId = turnIdOf(state, data);
    if (!state.turns.some((turn) => turn.turnId === turnId)) return state;
    return withTurn(state, turnId, (turn) => ({ lastEventId: id || turn.lastEventId, ...change(turn, data, id) }));
  };
}

function reset(state, data, id) {
  if (typeof data?.turn_id !== "string") return state;
  const fresh = { text: "", citations: [], error: null, lead: null, held: [], anchored: true, status: "running" };
  const next = withTurn(state, data.turn_id, (turn) => ({ ...fresh, seq: data.seq ?? turn.seq, lastEventId: id }));
  return { ...next, currentTurnId: data.turn_id };
}

const delta = about((turn, data, id) => {
  if (isSettled(turn)) return {};
  const piece = text(data.text);
  return turn.anchored ? { status: "running", text: turn.text + piece } : { held: [...turn.held, { id, piece }] };
});

const settled = (status, facts) =>
  about((turn, data) => ({ status, held: [], anchored: true, ...facts(turn, data ?? {}) }));

function lead(state, data, id) {
  const known = leadFrom(data ?? {});
  return { ...about(() => ({ lead: known }))(state, data, id), leadStep: known.step };
}

/** A turn as the server recorded it, over what this page knows. A settled turn never becomes open again. */
function recorded(turn, record) {
  const facts = {
    seq: record.seq ?? turn.seq, message: record.message ?? turn.message, rating: record.rating ?? turn.rating,
  };
  if (SETTLED.has(record.status)) {
    const citations = citationsFrom(record.citations);
    return {
      ...facts, status: record.status, text: text(record.answer) || turn.text, anchored: true, held: [],
      citations: citations.length > 0 ? citations : turn.citations,
      lead: record.lead ? leadFrom(record.lead) : turn.lead,
    };
  }
  return isSettled(turn) || turn.status === "running" ? facts : { ...facts, status: text(record.status) || "queued" };
}

/** The state with every record merged in; `change(turn, record, facts)` has the last word. */
function withRecords(state, records, change) {
  return list(records)
    .filter((record) => typeof record?.turn_id === "string")
    .reduce((next, record) => {
      return withTurn(next, record.turn_id, (turn) => change(turn, record, recorded(turn, record)));
    }, state);
}

/** After a hole in the log, text of an open turn counts only if the server repeated it. */
function snapshot(state, data, id) {
  const next = withRecords(state, data?.turns, (turn, record, facts) => {
    if (isSettled({ ...turn, ...facts })) return facts;
    const soFar = text(record.answer);
    return { ...facts, anchored: soFar !== "", text: soFar || turn.text, held: [], lastEventId: "" };
  });
  return { ...next, currentTurnId: openTurn(next)?.turnId ?? null, lastEventId: id };
}

function session(state, data) {
  const next = withRecords(state, data.turns, (_turn, _record, facts) => facts);
  const turns = next.turns.map((turn) => (turn.turnId && turn.message === null ? { ...turn, message: "" } : turn));
  return { ...next, turns, leadStep: data.lead?.step ?? next.leadStep };
}

/** A polled turn: its events join those of the stream; for a turn joined in the middle they give the beginning. */
function polled(state, reply) {
  const turn = state.turns.find(({ turnId }) => turnId === reply.turn_id);
  if (!turn || isSettled(turn)) return state;
  const replayed = turn.anchored ? list(reply.events).reduce(reduce, state) : rebuilt(state, turn, reply);
  if (!SETTLED.has(reply.status)) return replayed;
  const error = reply.error ? { message: text(reply.error.message ?? reply.error.detail ?? reply.error) } : null;
  return withTurn(replayed, turn.turnId, (now) => ({ ...recorded(now, reply), error: now.error ?? error }));
}

function rebuilt(state, turn, reply) {
  const last = text(reply.last_event_id);
  const soFar = { text: text(reply.answer), anchored: true };
  const blank = withTurn({ ...state, lastEventId: "" }, turn.turnId, () => soFar);
  const hasBeginning = list(reply.events).some(({ event }) => event === "reset");
  const told = hasBeginning ? list(reply.events).reduce(reduce, { ...blank, currentTurnId: turn.turnId }) : blank;
  const later = turn.held.filter(({ id }) => isAfter(id, last)).map(({ piece }) => piece).join("");
  const lastEventId = isAfter(state.lastEventId, last) ? state.lastEventId : last;
  const whole = withTurn(told, turn.turnId, (now) => ({ text: now.text + later, held: [], lastEventId }));
  return { ...whole, lastEventId };
}

/** A session's beginning. Messages written before there was any session are waiting for it, and stay. */
function opened(state, { greeting, suggestions, isFirst }) {
  const turns = isFirst ? state.turns.filter((turn) => turn.status === "sending") : [];
  return { ...EMPTY, greeting: text(greeting), suggestions: list(suggestions).filter(text), turns };
}

/** Our message was accepted; its turn may already be here, brought by the stream. */
function accepted(state, { clientMessageId, turn_id: turnId, seq, status }) {
  const pending = state.turns.find((turn) => turn.clientMessageId === clientMessageId);
  if (!pending) return state;
  const arrived = state.turns.find((turn) => turn.turnId === turnId && turn !== pending);
  // A repeated message may come back with its turn already over, and the answer to be read.
  const start = SETTLED.has(status) ? { status: "running", anchored: false } : { status, anchored: true };
  const merged = { ...pending, ...start, ...arrived, turnId, seq, clientMessageId, message: pending.message };
  const others = state.turns.filter((turn) => turn !== pending && turn !== arrived);
  return { ...state, turns: [...others, merged].sort(bySeq) };
}

const HANDLERS = new Map(Object.entries({
  reset,
  delta,
  lead,
  snapshot,
  citations: about((_turn, data) => ({ citations: citationsFrom(data) })),
  done: settled("done", (turn, data) => ({ text: text(data.answer) || turn.text })),
  failed: settled("failed", (_turn, data) => ({ error: { message: text(data.message) } })),
  cancelled: settled("cancelled", () => ({})),
  // The page's own:
  opened,
  session,
  polled,
  accepted,
  sending: (state, data) => ({ ...state, turns: [...state.turns, { ...BLANK_TURN, ...data, status: "sending" }] }),
  resending: (state, data) => withPending(state, data.clientMessageId, { status: "sending" }),
  unsent: (state, data) => withPending(state, data.clientMessageId, { status: "unsent" }),
  withdrawn: (state, data) =>
    ({ ...state, turns: state.turns.filter((turn) => turn.clientMessageId !== data.clientMessageId) }),
  rated: (state, data) => withTurn(state, data.turnId, () => ({ rating: data.rating })),
}));

/** The next state. An event already seen (same or smaller id) changes nothing, so streams and polls may overlap. */
export function reduce(state, { event, data, id = "" }) {
  if (event !== "snapshot" && id && state.lastEventId && !isAfter(id, state.lastEventId)) return state;
  const handle = HANDLERS.get(event);
  const next = handle ? handle(state, data, id) : state;
  return id ? { ...next, lastEventId: id } : next;
}
