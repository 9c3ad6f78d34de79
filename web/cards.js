// One card for each hit: its picture, or its title set large where there is none to show.

import { count, el, pictureAddress } from "./dom.js";
import { likeLink } from "./relations.js";
import { hrefOf } from "./state.js";
import { dateOf, makersOf, titleOf } from "./words.js";

/** Build a card of `{state, open, alike}`: what is asked now, what shows details and works alike. */
export function card(hit, context) {
  const { artwork } = hit;
  const picture = pictureAddress(artwork.image?.thumbnail);
  const node = el("li", { class: "card", "data-id": artwork.id });
  node.append(picture ? pictured(hit, picture, context) : typeset(hit, context));
  node.classList.toggle("stack", Boolean(hit.duplicates?.length));
  return node;
}

function pictured(hit, src, context) {
  const { artwork } = hit;
  const image = el("img", {
    src,
    alt: artwork.image.alt_text || `Picture of ${titleOf(artwork)}`,
    width: artwork.image.width,
    height: artwork.image.height,
    loading: "lazy",
    decoding: "async",
    draggable: "false",
  });
  const article = el(
    "article",
    {},
    el("div", { class: "plate" }, image),
    el(
      "div",
      { class: "label" },
      heading(hit, context.open),
      line("by", makersOf(artwork)),
      line("facts", facts([dateOf(artwork), artwork.medium])),
      line("facts", artwork.collection),
      links(hit, context),
    ),
  );
  image.addEventListener("error", () => article.replaceWith(typeset(hit, context)));
  return article;
}

function typeset(hit, context) {
  const { artwork } = hit;
  const plate = el(
    "div",
    { class: `plate typeset ${sizeFor(titleOf(artwork))}` },
    line("kind", artwork.classification),
    heading(hit, context.open),
    line("by", makersOf(artwork)),
    line("when", dateOf(artwork)),
  );
  paint(plate, artwork);
  return el(
    "article",
    {},
    plate,
    el(
      "div",
      { class: "label" },
      line("facts", artwork.medium),
      line("facts", artwork.collection),
      links(hit, context),
    ),
  );
}

const heading = (hit, open) =>
  el(
    "h2",
    {},
    el(
      "button",
      { type: "button", class: "open", "aria-haspopup": "dialog", onclick: () => open(hit) },
      titleOf(hit.artwork),
    ),
  );

const line = (name, text) =>
  text ? el("p", { class: name, title: text.length > 60 ? text : null }, text) : null;

const facts = (parts) => parts.filter(Boolean).join(" · ") || null;

const links = (hit, context) =>
  el(
    "p",
    { class: "ways" },
    likeLink(hit.artwork, context.state),
    stackButton(hit, context),
    groupLink(hit, context.state),
  );

function stackButton(hit, { alike }) {
  const number = hit.duplicates?.length;
  if (!number) return null;
  const label = `${count(number)} alike: ${titleOf(hit.artwork)}`;
  const show = { type: "button", class: "quiet like", "aria-haspopup": "dialog", "aria-label": label };
  return el("button", { ...show, onclick: () => alike(hit) }, `+${count(number)} alike`);
}

function groupLink({ group }, state) {
  if (!group || group.count < 2) return null;
  if (state.group === "title") return el("span", { class: "soft" }, `${count(group.count)} of this title`);
  const values = { ...state.values, artist: [group.id ?? group.value] };
  const href = hrefOf({ ...state, group: null, values });
  const text = `${count(group.count)} by this artist`;
  const label = `${text}: ${group.value}`;
  return el("a", { class: "like", href, "data-state": "keep", "aria-label": label }, text);
}

const sizeFor = (title) => (title.length <= 24 ? "short" : title.length <= 60 ? "medium" : "long");

// Rose clay, sand, straw, sage, slate, stone: hue and chroma, one for each classification, moved a
// little for each artwork, so that neighbours are kin and yet two.
const PAPERS = [
  [35, 0.022],
  [68, 0.024],
  [98, 0.026],
  [135, 0.018],
  [235, 0.017],
  [85, 0.014],
];

function paint(plate, { id, classification }) {
  const [hue, chroma] = PAPERS[hash(classification ?? "") % PAPERS.length];
  const own = hash(id);
  plate.style.setProperty("--hue", hue + (own % 25) - 12);
  plate.style.setProperty("--chroma", chroma);
  plate.style.setProperty("--shade", `${(own % 5) - 2}%`);
}

function hash(text) {
  let value = 2166136261; // FNV-1a
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 16777619) >>> 0;
  return value;
}

/** Let the arrow keys walk over the cards of a grid. */
export function walkWithArrows(grid) {
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  grid.addEventListener("keydown", (event) => {
    if (!event.target.matches(".open")) return;
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const step = { ...steps, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const buttons = [...grid.querySelectorAll(".open")];
    const next = buttons[buttons.indexOf(event.target) + (step ?? 0)];
    if (!step || !next) return;
    event.preventDefault();
    next.focus();
  });
}
