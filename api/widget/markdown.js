/** The Markdown an answer may use: paragraphs, lists, bold, inline code, https links, [1] markers; all else is text. */

import { element, outwardLink } from "./elements.js";

const LIST_ITEM = /^\s{0,8}(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;

// Lengths are bounded so that no answer, however odd, makes matching slow.
const INLINE = new RegExp(
  [
    "`(?<code>[^`]{1,500})`",
    String.raw`\*\*(?<bold>(?=\S)[^\n]{0,999}?\S)\*\*`,
    String.raw`!\[(?<alt>[^\[\]]{0,300})\](?:\([^()\s]{0,2000}\)|\[[^\[\]]{0,300}\])`,
    String.raw`\[(?<label>[^\[\]]{1,300})\]\((?<address>[^()\s]{1,2000})\)`,
    // [1], and what models also write: [1, 2], [1-3], 【1†source】.
    String.raw`[\[【](?<marker>\d{1,2}(?:\s?[-–,;&]\s?\d{1,2}){0,9})(?:†[^\[\]【】\n]{0,80})?[\]】]`,
    String.raw`(?<bare>https:\/\/[^\s<>"'()\[\]]{1,2000}[^\s<>"'()\[\].,;:!?*])`,
  ].join("|"),
  "g",
);

/** Text as blocks: `{kind: "paragraph", lines}` and `{kind: "list", ordered, start, items}`, each a list of strings. */
export function parseBlocks(source) {
  const blocks = [];
  let open = null; // the block the next line may continue
  for (const line of source.replace(/\r\n?/g, "\n").split("\n")) {
    if (line.trim() === "") open = null;
    else open = readLine(blocks, open, line);
  }
  return blocks;
}

function readLine(blocks, open, line) {
  const item = LIST_ITEM.exec(line);
  if (item) return readItem(blocks, item);
  const heading = HEADING.exec(line);
  if (heading) {
    blocks.push({ kind: "paragraph", lines: [`**${heading[1].replaceAll("**", "")}**`] });
    return null;
  }
  if (open?.kind === "list") open.items.push(`${open.items.pop()}\n${line.trim()}`);
  else if (open) open.lines.push(line.trim());
  else blocks.push((open = { kind: "paragraph", lines: [line.trim()] }));
  return open;
}

/** Lists go on over blank lines, so that "1." and "2." with a gap between them stay one list. */
function readItem(blocks, [, number, words]) {
  const ordered = number !== undefined;
  const last = blocks.at(-1);
  if (last?.kind === "list" && last.ordered === ordered) {
    last.items.push(words);
    return last;
  }
  const list = { kind: "list", ordered, start: ordered ? Number(number) : 1, items: [words] };
  blocks.push(list);
  return list;
}

function nodeFor({ code, bold, alt, label, address, marker, bare }, whole, makeMarker) {
  if (code !== undefined) return element("code", {}, code);
  if (bold !== undefined) return element("strong", {}, ...inlineNodes(bold, makeMarker));
  if (alt !== undefined) return alt; // a picture would be a request to a place the answer chose
  if (label !== undefined) return outwardLink(address, label);
  if (marker !== undefined) return markerNodes(marker, whole, makeMarker);
  return outwardLink(bare, bare);
}

/** The markers of "1, 3-5", or the text as it is written when it names no source. */
function markerNodes(numbers, whole, makeMarker) {
  const spans = numbers.split(/[,;&]/).map((span) => span.split(/[-–]/).map(Number));
  const named = spans.flatMap(([first, last = first]) => {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
  const markers = named.map(makeMarker).filter(Boolean);
  return markers.length > 0 ? markers : whole;
}

function inlineNodes(line, makeMarker) {
  const nodes = [];
  let from = 0;
  for (const match of line.matchAll(INLINE)) {
    nodes.push(line.slice(from, match.index), nodeFor(match.groups, match[0], makeMarker));
    from = match.index + match[0].length;
  }
  return [...nodes, line.slice(from)].flat().filter((node) => node !== "");
}

function linesToNodes(lines, makeMarker) {
  return lines.flatMap((line, index) => [...(index > 0 ? [element("br")] : []), ...inlineNodes(line, makeMarker)]);
}

function blockNode(block, makeMarker) {
  if (block.kind === "paragraph") return element("p", {}, ...linesToNodes(block.lines, makeMarker));
  const items = block.items.map((item) => element("li", {}, ...linesToNodes(item.split("\n"), makeMarker)));
  if (!block.ordered) return element("ul", {}, ...items);
  return element("ol", { start: block.start === 1 ? null : block.start }, ...items);
}

/** The DOM of an answer. `makeMarker(n)` gives the node for "[n]", or null to leave it as it is written. */
export function renderMarkdown(source, makeMarker = () => null) {
  const fragment = document.createDocumentFragment();
  fragment.append(...parseBlocks(source).map((block) => blockNode(block, makeMarker)));
  return fragment;
}
