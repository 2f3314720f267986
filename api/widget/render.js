/** Draws turns: each keeps its own nodes and redraws only the parts that changed. */

import { isOpen, isSettled } from "./conversation.js";
import { button, element, iconButton, outwardLink } from "./elements.js";
import { renderMarkdown } from "./markdown.js";

const APOLOGY = "Something went wrong with this answer.";
const PARTS = ["question", "sending", "answer", "prompt", "sources", "footnote", "rating"];

/** What each part shows, as a value: a part is redrawn only when its value is another. Null draws nothing. */
const CONTENT = Object.freeze({
  question: ({ message }) => message || null,
  sending: ({ status }) => (status === "sending" || status === "unsent" ? status : null),
  answer: (turn) => {
    if (isOpen(turn) && !turn.text) return { typing: turn.status };
    return turn.text ? { text: turn.text, live: isOpen(turn), citations: turn.citations } : null;
  },
  // The answer may already end with the step's question; nobody wants to be asked twice.
  prompt: ({ lead, text }) => (lead?.prompt && !text.includes(lead.prompt.trim()) ? lead.prompt : null),
  sources: (turn) => (isSettled(turn) && turn.citations.length > 0 ? turn.citations : null),
  footnote: ({ status, error }) => {
    if (status === "failed") return { text: error?.message || APOLOGY, retry: true };
    return status === "cancelled" ? { text: "Stopped.", retry: false } : null;
  },
  // What only asks the visitor something is no answer to judge.
  rating: ({ status, lead, text }) => (status === "done" && !(lead?.prompt && text === lead.prompt) ? "shown" : null),
});

const DRAW = Object.freeze({
  question: (message) => [element("h3", { class: "unseen" }, "You asked"), element("p", { class: "words" }, message)],

  sending: (status, turn, actions) => {
    if (status === "sending") return [element("span", { class: "faint" }, "Sending…")];
    const again = () => actions.resend(turn.clientMessageId, turn.message);
    return [element("span", { role: "alert" }, "Not sent. "), button({ class: "plain", onclick: again }, "Try again")];
  },

  // While it grows, an answer is not announced; the finished one is a new node, so it is read out once and whole.
  answer: (content, turn, _actions, part) => {
    if (content.typing) return [typing(content.typing)];
    const marker = (n) => markerNode(content.citations.find((citation) => citation.n === n), part);
    const live = content.live ? "off" : null;
    return [element("div", { class: "prose", "aria-live": live }, renderMarkdown(content.text, marker))];
  },

  prompt: (prompt) => [element("div", { class: "prose" }, renderMarkdown(prompt))],

  sources: (citations) => [
    element("h4", {}, "Sources"),
    element("ol", {}, ...citations.map(sourceNode)),
  ],

  footnote: ({ text, retry }, turn, actions) => {
    const again = () => actions.send(turn.message);
    const offer = retry && turn.message ? [" ", button({ class: "plain", onclick: again }, "Ask again")] : [];
    return [element("span", {}, text), ...offer];
  },

  rating: (_shown, turn, actions) => [
    ratingButton("up", "Good answer", turn.turnId, actions),
    ratingButton("down", "Bad answer", turn.turnId, actions),
  ],
});

function typing(status) {
  const label = status === "queued" ? "Waiting for its turn" : "Writing an answer";
  const dots = [1, 2, 3].map(() => element("i", {}));
  return element("p", { class: "typing" }, element("span", { class: "unseen" }, label), ...dots);
}

function markerNode(citation, part) {
  if (!citation) return null;
  const show = () => {
    const sources = part.closest(".turn").querySelector(".sources");
    const source = sources.querySelector(`[data-n="${citation.n}"]`);
    source?.focus({ preventScroll: true });
    source?.scrollIntoView({ block: "nearest" });
  };
  const label = `Source ${citation.n}: ${citation.title}`;
  return button({ class: "marker", "aria-label": label, title: citation.title, onclick: show }, String(citation.n));
}

function sourceNode({ n, title, source, url }) {
  const name = element("cite", {}, outwardLink(url, title));
  const place = source && source !== title ? element("span", { class: "place" }, source) : null;
  const number = element("span", { class: "number" }, String(n));
  return element("li", { "data-n": n, tabindex: "-1" }, number, name, place);
}

function ratingButton(rating, label, turnId, actions) {
  const rate = () => actions.rate(turnId, rating);
  const attributes = { class: "icon-button", "data-rating": rating, "aria-pressed": "false", onclick: rate };
  return iconButton(rating, label, attributes);
}

const containers = (turn) => {
  const parts = Object.fromEntries(PARTS.map((name) => [name, element("div", { class: name })]));
  const asked = element("div", { class: "asked" }, parts.question, parts.sending);
  const { answer, prompt, sources, footnote, rating } = parts;
  const said = element("div", { class: "said" }, answer, prompt, sources, footnote, rating);
  const node = element("li", { class: "turn", "data-turn": turn.turnId }, asked, said);
  return { node, parts, said, seen: {} };
};

function update(view, turn, actions) {
  for (const name of PARTS) {
    const content = CONTENT[name](turn);
    const value = JSON.stringify(content);
    if (view.seen[name] === value) continue;
    view.seen[name] = value;
    const part = view.parts[name];
    part.replaceChildren(...(content === null ? [] : DRAW[name](content, turn, actions, part)));
  }
  for (const choice of view.parts.rating.children) {
    choice.setAttribute("aria-pressed", String(choice.dataset.rating === turn.rating));
  }
  view.said.toggleAttribute("aria-busy", isOpen(turn));
  view.node.dataset.status = turn.status;
  if (turn.turnId) view.node.dataset.turn = turn.turnId;
}

/** Draws lists of turns into `list`. `actions` are `send(text)`, `resend(id, text)` and `rate(turnId, rating)`. */
export function createTurnList(list, actions) {
  const views = new Map();
  const drawn = new Map();
  return function show(turns) {
    const keys = turns.map((turn) => turn.clientMessageId ?? turn.turnId);
    for (const [key, view] of views) {
      if (keys.includes(key)) continue;
      view.node.remove();
      views.delete(key);
      drawn.delete(key);
    }
    turns.forEach((turn, index) => {
      const key = keys[index];
      if (!views.has(key)) views.set(key, containers(turn));
      const view = views.get(key);
      if (drawn.get(key) !== turn) update(view, turn, actions);
      drawn.set(key, turn);
      if (list.children[index] !== view.node) list.insertBefore(view.node, list.children[index] ?? null);
    });
  };
}
