/** Builds DOM from text and attributes only: nothing here, or above it, ever parses markup. */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = Object.freeze({
  send: ["M4 12h15", "M13 6l6 6-6 6"],
  stop: ["M7 7h10v10H7z"],
  up: [
    "M7 11v9H4v-9z",
    "M7 11l4-7c1.6 0 2.4 1.2 2.1 2.7L12.5 10H19c1.2 0 2 1 1.7 2.2l-1.5 6.3c-.2.9-1 1.5-1.9 1.5H7",
  ],
  down: [
    "M17 13V4h3v9z",
    "M17 13l-4 7c-1.6 0-2.4-1.2-2.1-2.7l.6-3.3H5c-1.2 0-2-1-1.7-2.2l1.5-6.3C5 4.6 5.8 4 6.7 4H17",
  ],
  fresh: ["M12 5v14", "M5 12h14"],
  bell: ["M3 17.5h18", "M5 17.5a7 7 0 0 1 14 0", "M12 10.5V7", "M10 7h4"],
  latest: ["M12 5v13", "M6 12l6 6 6-6"],
});

/** An element with attributes (`true` sets an empty one, null and false none), `on…` listeners, and children. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== false && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A button that submits nothing. */
export const button = (attributes, ...children) => element("button", { type: "button", ...attributes }, ...children);

/** The same, showing only an icon: its label is for the tooltip and for screen readers. */
export const iconButton = (name, label, attributes) =>
  button({ "aria-label": label, title: label, ...attributes }, icon(name));

/** A line drawing, invisible to screen readers: the button around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** An address we are willing to link to, or null. A name and password in it could only mislead. */
export function httpsAddress(value) {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === "https:" && !url.username && !url.password ? url.href : null;
}

/** A link that opens beside the conversation and tells the other site nothing. Not an https address: just its label. */
export function outwardLink(address, ...label) {
  const href = httpsAddress(address);
  if (!href) return element("span", {}, ...label);
  const rel = "noopener noreferrer nofollow";
  return element("a", { href, rel, target: "_blank", referrerpolicy: "no-referrer", title: href }, ...label);
}
