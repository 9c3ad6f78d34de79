// What this tab remembers: names of ids it has met, pictures searched with, pages left behind.

import { titleOf } from "./words.js";

const names = new Map(); // artist id → name
const titles = new Map(); // artwork id → title
const pictures = new Map(); // key → picture; no address can carry one
const pages = new Map(); // key of a history entry → the page as it was left

/** Name an artist; the id where no answer has told the name yet. */
export const nameOf = (id) => names.get(id) ?? id;

/** Title of an artwork; the id where no answer has told it yet. */
export const titleOfId = (id) => titles.get(id) ?? id;

/** Tell whether the title of an artwork is known. */
export const knowsTitle = (id) => titles.has(id);

/** Learn names and titles from artworks and from the values of the artist facet. */
export function learn(artworks, artists = []) {
  artists.forEach(({ id, value }) => names.set(id ?? value, value));
  for (const artwork of artworks) {
    titles.set(artwork.id, titleOf(artwork));
    (artwork.artists ?? []).forEach(({ id, name }) => names.has(id) || names.set(id, name));
  }
}

/** Keep a picture for the entries of the history that search with it. */
export const keepPicture = (picture) => pictures.set(picture.key, picture);

/** Find the picture of a history entry; undefined after a reload. */
export const pictureOf = (entry) => pictures.get(entry?.picture);

/** Keep a page that has its answer, so that coming back costs nothing. */
export function keepPage(page) {
  if (page?.answer) pages.set(page.key, { ...page, scrollY: window.scrollY });
}

/** Find the page of a history entry. */
export const pageOf = (entry) => pages.get(entry?.key);
