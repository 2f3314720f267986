/** The chat's frame: header, log, suggestions, note and composer, around the turns. */

import { openTurn, shownTurns } from "./conversation.js";
import { button, element, icon, iconButton } from "./elements.js";
import { renderMarkdown } from "./markdown.js";
import { createTurnList } from "./render.js";

const NEAR_THE_END_PX = 80;
const TALLEST_COMPOSER_PX = 168;
const SPEAK_AFTER_MS = 1_000;

function header(actions) {
  const status = element("p", { class: "chat-status", role: "status" });
  const words = element("span", {}, "New conversation");
  const fresh = button({ class: "fresh", onclick: actions.startOver }, icon("fresh"), words);
  const mark = element("span", { class: "mark" }, icon("bell"));
  const name = element("div", {}, element("h2", {}, "Frontdesk"), status);
  return { node: element("header", { class: "chat-header" }, mark, name, fresh), status, fresh };
}

function composer(actions) {
  const field = element("textarea", { id: "message", rows: "1", placeholder: "Ask a question…", enterkeyhint: "send",
    autocomplete: "off", "aria-describedby": "composer-hint" });
  const send = iconButton("send", "Send", { type: "submit", class: "send" });
  const stop = iconButton("stop", "Stop answering", { class: "stop", hidden: true, onclick: actions.stop });
  const hint = element("p", { class: "hint", id: "composer-hint" }, "Enter sends, Shift + Enter starts a new line");
  const label = element("label", { for: "message", class: "unseen" }, "Your question");
  const line = element("div", { class: "field" }, label, field, stop, send);
  return { node: element("form", { class: "composer" }, line, hint), field, send, stop };
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, TALLEST_COMPOSER_PX)}px`;
}

/** Enter sends, unless it ends the composition of a character or asks for a new line. */
function sendsOn(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

function wireComposer({ node, field, send }, actions) {
  const refresh = () => {
    grow(field);
    send.disabled = field.value.trim() === "";
  };
  const submit = (event) => {
    event.preventDefault();
    const words = field.value.trim();
    if (words === "") return;
    field.value = "";
    refresh();
    field.focus();
    actions.send(words);
  };
  node.addEventListener("submit", submit);
  field.addEventListener("input", refresh);
  field.addEventListener("keydown", (event) => sendsOn(event) && submit(event));
  refresh();
  return refresh;
}

/** Which chips to offer: suggestions before the first question, quick replies when the last answer asked for one. */
export function chipsFor({ turns, suggestions }) {
  if (turns.length === 0) return suggestions;
  const last = turns.at(-1);
  return last.status === "done" ? (last.lead?.quickReplies ?? []) : [];
}

const STATUS = Object.freeze({ joining: "Opening…", live: "Answers from your documents", troubled: "Reconnecting…" });

export class Panel {
  /** Builds the chat inside `root`. `actions`: send, resend, rate, stop, startOver. */
  constructor(root, actions) {
    this.header = header(actions);
    this.composer = composer(actions);
    this.greeting = element("div", { class: "greeting prose" });
    this.turns = element("ol", { class: "turns" });
    this.chips = element("div", { class: "chips" });
    const region = { role: "log", "aria-label": "Conversation", "aria-live": "off", tabindex: "0" };
    this.log = element("div", { class: "log", ...region }, this.greeting, this.turns, this.chips);
    const jump = { class: "latest", hidden: true, onclick: () => this.scrollToEnd() };
    this.latest = iconButton("latest", "Go to the latest message", jump);
    this.note = element("p", { class: "note", role: "status" });
    const middle = element("div", { class: "middle" }, this.log, this.latest);
    root.replaceChildren(this.header.node, middle, this.note, this.composer.node);
    this.actions = actions;
    this.showTurns = createTurnList(this.turns, actions);
    this.refreshComposer = wireComposer(this.composer, actions);
    this.pinned = true;
    this.log.addEventListener("scroll", () => this.noticeScroll());
    new ResizeObserver(() => this.pinned && this.scrollToEnd()).observe(this.log);
    this.seen = {};
  }

  /** Draws the conversation and `{connection, note, cancelling}`. */
  show(state, { connection, note, cancelling }) {
    const open = openTurn(state);
    this.once("greeting", state.greeting, (words) => this.greeting.replaceChildren(renderMarkdown(words)));
    this.showTurns(shownTurns(state));
    this.once("chips", chipsFor(state), (chips) => this.showChips(chips));
    this.once("note", note, (words) => this.note.replaceChildren(words));
    this.once("status", STATUS[connection], (words) => this.header.status.replaceChildren(words));
    this.header.node.dataset.connection = connection;
    this.header.fresh.disabled = state.turns.length === 0;
    this.showStop(open, cancelling);
    if (this.pinned) this.scrollToEnd();
    else this.noticeScroll();
    if (connection !== "joining") this.speak();
  }

  /** From a moment after the start, news are read out; a restored conversation is not. */
  speak() {
    this.speaking ??= setTimeout(() => this.log.setAttribute("aria-live", "polite"), SPEAK_AFTER_MS);
  }

  once(name, value, draw) {
    const key = JSON.stringify(value);
    if (this.seen[name] === key) return;
    this.seen[name] = key;
    draw(value);
  }

  showChips(chips) {
    const held = this.chips.contains(document.activeElement);
    const choose = (words) => () => {
      this.focus();
      this.actions.send(words);
    };
    this.chips.replaceChildren(...chips.map((words) => button({ class: "chip", onclick: choose(words) }, words)));
    if (held) this.focus();
  }

  showStop(open, cancelling) {
    const { stop } = this.composer;
    const usable = Boolean(open) && cancelling !== open.turnId;
    // Before it is disabled: a browser takes the focus off a disabled button a frame later, and gives it to nothing.
    if (!usable && document.activeElement === stop) this.focus();
    stop.hidden = !open;
    stop.disabled = !usable;
  }

  noticeScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.pinned = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
    this.latest.hidden = this.pinned;
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.pinned = true;
    this.latest.hidden = true;
  }

  /** Gives words back to the composer, before whatever was typed since. */
  giveBack(words) {
    const { field } = this.composer;
    field.value = field.value.trim() === "" ? words : `${words}\n${field.value}`;
    this.refreshComposer();
  }

  focus() {
    this.composer.field.focus();
  }
}
