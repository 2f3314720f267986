/** A working chat in an element: joins the client, the conversation and the panel. */

import { createClient, isGone, isPassing, newMessageId, persist } from "./client.js";
import { adriftTurn, EMPTY, hasUnknownQuestion, openTurn, reduce } from "./conversation.js";
import { follow } from "./follow.js";
import { Panel } from "./panel.js";
import { latestSession, oneTabAtATime, onOtherSession, savedSession, saveSession } from "./saved_session.js";

const DRAW_EVERY_MS = 30;
const HIDDEN_TAB_MS = 30_000; // browsers allow six connections to a server: a tab nobody looks at gives its own back

const NOTES = Object.freeze({
  busy: "The desk is still working on your last questions. Your message is kept: send it again in a moment.",
  closed: "This page may not use the desk.",
  ended: "That conversation has ended. Your next question starts a new one.",
  notStarted: "The desk is not answering yet. It will be tried again when you send.",
  unrated: "Your rating could not be saved.",
  unstopped: "The answer could not be stopped.",
});

function tooFast({ retryAfterMs }) {
  const when = retryAfterMs ? `in ${Math.ceil(retryAfterMs / 1000)} s` : "in a moment";
  return `That was a little fast. Please try again ${when}.`;
}

export class Chat {
  constructor(root, client) {
    this.client = client;
    this.state = EMPTY;
    this.ui = { connection: "joining", note: "", cancelling: null };
    this.token = null;
    this.outgoing = Promise.resolve(); // messages leave in the order they were written
    this.errands = new Set();
    this.panel = new Panel(root, {
      send: (message) => this.send(message),
      resend: (clientMessageId, message) => this.resend(clientMessageId, message),
      rate: (turnId, rating) => this.rate(turnId, rating),
      stop: () => this.stop(),
      startOver: () => this.startOver(),
    });
    onOtherSession((saved) => saved.token !== this.token && this.restore(saved));
    addEventListener("online", () => this.follower?.wake());
    document.addEventListener("visibilitychange", () => this.noticeVisibility());
  }

  // -- session

  async open() {
    const saved = savedSession();
    if (saved && (await this.restore(saved))) return;
    await this.begin(saved?.token);
  }

  /** A new session, unless another tab has just started one. */
  async begin(lostToken) {
    await oneTabAtATime(async () => {
      const saved = await latestSession();
      if (saved && saved.token !== lostToken && (await this.restore(saved))) return;
      const details = { locale: navigator.language, page_url: location.origin + location.pathname };
      const passing = (problem) => isPassing(problem) || problem.status === 429;
      const opened = await persist(() => this.client.openSession(details), { passing });
      await saveSession(opened);
      this.adopt(opened);
    });
  }

  /** False when the saved session is over. When it only cannot be read now, the stream will bring it. */
  async restore(saved) {
    const restored = await persist(() => this.client.readSession(saved.token), { tries: 2 }).catch((error) => error);
    if (isGone(restored)) return false;
    this.adopt(saved);
    if (restored instanceof Error) this.refresh();
    else this.dispatch("session", restored);
    return true;
  }

  adopt({ token, greeting, suggestions }) {
    const isFirst = this.token === null;
    this.follower?.stop();
    this.token = token;
    this.tell({ connection: "live", note: "", cancelling: null });
    this.dispatch("opened", { greeting, suggestions, isFirst });
    this.follow();
  }

  follow() {
    const { token } = this;
    this.follower = follow({
      client: this.client,
      token,
      position: () => this.state.lastEventId,
      openTurn: () => openTurn(this.state),
      onEvent: ({ event, data, id }) => this.dispatch(event, data, id),
      onReply: (reply) => this.dispatch("polled", reply),
      onHealth: (healthy) => this.noticeHealth(healthy),
      onGone: () => this.lose(token),
    });
  }

  noticeHealth(healthy) {
    this.tell({ connection: healthy ? "live" : "troubled" });
    if (healthy && this.missed) this.refresh();
  }

  noticeVisibility() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => {
        if (openTurn(this.state)) return;
        this.follower?.stop();
        this.away = true;
      }, HIDDEN_TAB_MS);
    } else if (this.away && this.token) {
      this.away = false;
      this.follow();
    } else {
      this.follower?.wake();
    }
  }

  /** The session ended under us. What was said stays readable until the visitor goes on. */
  lose(token) {
    if (token !== this.token) return;
    this.forget();
    const saved = savedSession();
    if (saved && saved.token !== token) this.restore(saved);
    else this.tell({ connection: "live", note: this.state.turns.length > 0 ? NOTES.ended : "" });
  }

  forget() {
    this.follower?.stop();
    this.lostToken = this.token;
    this.token = null;
  }

  async startOver() {
    try {
      await this.begin(this.token);
    } catch (error) {
      this.tell({ note: error.status === 429 ? tooFast(error) : NOTES.notStarted });
    }
    this.panel.focus();
  }

  // -- turns

  send(message) {
    this.panel.pinned = true;
    const clientMessageId = newMessageId();
    this.tell({ note: "" });
    this.dispatch("sending", { clientMessageId, message });
    return this.queue(clientMessageId, message);
  }

  resend(clientMessageId, message) {
    this.panel.focus();
    this.dispatch("resending", { clientMessageId });
    return this.queue(clientMessageId, message);
  }

  queue(clientMessageId, message) {
    this.outgoing = this.outgoing.then(() => this.deliver(clientMessageId, message));
    return this.outgoing;
  }

  async deliver(clientMessageId, message) {
    try {
      await this.ready;
      if (!this.token) await this.beginAgain(clientMessageId, message);
      await this.post(clientMessageId, message).catch(async (error) => {
        if (!isGone(error)) throw error;
        this.forget();
        await this.beginAgain(clientMessageId, message);
        await this.post(clientMessageId, message);
      });
    } catch (error) {
      this.takeBack(error, clientMessageId, message);
    }
  }

  async post(clientMessageId, message) {
    const { token } = this; // a retry must not land in another session
    const turn = await persist(() => this.client.postTurn(token, { message, clientMessageId }));
    if (token === this.token) this.dispatch("accepted", { ...turn, clientMessageId });
  }

  /** A new session with the unsent message as its first. */
  async beginAgain(clientMessageId, message) {
    await this.begin(this.lostToken);
    this.dispatch("withdrawn", { clientMessageId });
    this.dispatch("sending", { clientMessageId, message });
  }

  /** A message not taken stays in its bubble when trying again may help, else it goes back to the composer. */
  takeBack(error, clientMessageId, message) {
    if (!error.status || isPassing(error) || isGone(error)) {
      this.dispatch("unsent", { clientMessageId });
      return;
    }
    this.dispatch("withdrawn", { clientMessageId });
    this.panel.giveBack(message);
    const notes = { too_many_open_turns: NOTES.busy, origin_not_allowed: NOTES.closed };
    const note = notes[error.code] ?? (error.status === 429 ? tooFast(error) : error.message);
    this.tell({ note });
  }

  async stop() {
    const turn = openTurn(this.state);
    if (!turn) return;
    this.tell({ cancelling: turn.turnId });
    try {
      await persist(() => this.client.cancelTurn(this.token, turn.turnId), { tries: 3 });
    } catch {
      this.tell({ cancelling: null, note: NOTES.unstopped });
    }
  }

  async rate(turnId, rating) {
    const before = this.state.turns.find((turn) => turn.turnId === turnId)?.rating ?? null;
    this.dispatch("rated", { turnId, rating });
    try {
      await persist(() => this.client.rateTurn(this.token, turnId, rating), { tries: 3 });
    } catch {
      this.dispatch("rated", { turnId, rating: before });
      this.tell({ note: NOTES.unrated });
    }
  }

  // -- state

  dispatch(event, data, id = "") {
    this.state = reduce(this.state, { event, data, id });
    if (hasUnknownQuestion(this.state)) this.refresh();
    const adrift = adriftTurn(this.state);
    if (adrift) this.catchUp(adrift.turnId);
    this.follower?.poll();
    this.draw();
  }

  /** Learns what the stream does not tell: the words other tabs sent. */
  async refresh() {
    this.missed = true;
    this.missed = !(await this.errand("refresh", (token) => this.client.readSession(token), "session"));
  }

  /** Reads the beginning of an answer that was under way when we came. */
  catchUp(turnId) {
    this.errand(`catch up ${turnId}`, (token) => this.client.readTurn(token, turnId), "polled");
  }

  /** One call at a time under a name; what it brings is dropped if the session has changed meanwhile. */
  async errand(name, call, event) {
    const { token } = this;
    const key = `${token} ${name}`;
    if (!token || this.errands.has(key)) return false;
    this.errands.add(key);
    const reply = await persist(() => call(token)).catch(() => null);
    this.errands.delete(key);
    if (!reply || token !== this.token) return false;
    this.dispatch(event, reply);
    return true;
  }

  tell(change) {
    this.ui = { ...this.ui, ...change };
    this.draw();
  }

  draw() {
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      this.panel.show(this.state, this.ui);
    }, DRAW_EVERY_MS);
  }
}

/** Starts a chat inside `root`, with the desk at `base`. */
export function startChat(root, base = document.baseURI) {
  const chat = new Chat(root, createClient(base));
  chat.draw();
  chat.ready = chat.open().catch((error) => {
    chat.tell({ connection: "troubled", note: error.code === "origin_not_allowed" ? NOTES.closed : NOTES.notStarted });
  });
  return chat;
}
