// Small tools for building the page. Data only ever becomes text nodes and checked links.

const numbers = new Intl.NumberFormat("en");

/** Find an element of index.html. */
export const byId = (id) => document.getElementById(id);

/** Write a count with its thousands apart. */
export const count = (number) => numbers.format(number);

/** Write a count with its noun. */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Write milliseconds as briefly as they deserve. */
export const milliseconds = (ms) =>
  ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** Build an element; children are nodes or texts, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(
    ...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/** Build a link to another site, or plain text where the address is not http(s). */
export function outwardLink(address, label) {
  const href = webAddress(address);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, label) : label;
}

/** Check that an address is http(s); null where it is not. */
export function webAddress(address) {
  const url = parseUrl(address);
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

/** Check the address of a picture: this installation's, or a museum's by https; else null. */
export function pictureAddress(address) {
  const url = address ? parseUrl(address, location.href) : null;
  return url && (url.origin === location.origin || url.protocol === "https:") ? url.href : null;
}

function parseUrl(address, base) {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}

/** Fold a text for comparing what people type: no case, no accents. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("en").trim();
