// The details dialog: all that is known of an artwork, and how it was found.

import { byId, el, outwardLink, pictureAddress, webAddress } from "./dom.js";
import { likenessLinks } from "./relations.js";
import { hrefOf, startOf } from "./state.js";
import { dateOf, legName, licenceName, lifeOf, makerOf, rightsStatus, titleOf } from "./words.js";

/** Show a hit's details; `page` is {state, picture}, `back` leads to where they were opened from. */
export function showDetails(hit, page, { back = null } = {}) {
  openDialog(sheet(hit, page, back));
}

/** Open the dialog; Escape, the button and a click beside it close it. */
export function openDialog(content) {
  const dialog = byId("details");
  const close = el(
    "button",
    { type: "button", class: "close", "aria-label": "Close", onclick: () => dialog.close() },
    el("span", { "aria-hidden": "true" }, "×"),
  );
  content.prepend(close);
  dialog.replaceChildren(content);
  if (dialog.open) close.focus();
  else dialog.showModal();
  dialog.scrollTop = 0;
}

/** Close on a click on the backdrop. */
export function listenForClose() {
  const dialog = byId("details");
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function sheet(hit, page, back) {
  const { artwork } = hit;
  const picture = pictureAddress(artwork.image?.full) ?? pictureAddress(artwork.image?.thumbnail);
  return el(
    "div",
    { class: "sheet" },
    picture && el("div", { class: "view" }, bigPicture(artwork, picture)),
    el(
      "div",
      { class: "text" },
      back && el("p", {}, el("button", { type: "button", class: "quiet small", onclick: back }, "All alike")),
      el("p", { class: "kind" }, artwork.classification),
      el("h2", { id: "details-title" }, titleOf(artwork)),
      makers(artwork, page.state),
      el("p", { class: "when" }, dateOf(artwork)),
      artwork.description && el("p", { class: "description" }, artwork.description),
      facts(artwork, page.state),
      foundBy(hit),
      likenessLinks(artwork, page),
      el("p", { class: "links" }, ...outwardLinks(artwork)),
    ),
  );
}

function bigPicture(artwork, src) {
  const { alt_text: alt, width, height } = artwork.image;
  const image = el("img", {
    src,
    alt: alt || `Picture of ${titleOf(artwork)}`,
    width,
    height,
    draggable: "false",
  });
  const small = pictureAddress(artwork.image.thumbnail);
  image.addEventListener("error", () => {
    if (small && image.getAttribute("src") !== small)
      image.src = small; // a TIFF, for example
    else image.parentElement.remove();
  });
  return image;
}

function makers(artwork, state) {
  return (artwork.artists ?? []).map((artist) => {
    const life = lifeOf(artist);
    return el(
      "p",
      { class: "by" },
      filterLink(state, { field: "artist", value: artist.id, label: makerOf(artist) }),
      life && el("span", { class: "soft" }, ` ${life}`),
    );
  });
}

// A link role other than "artist" still leads to what the same person made.
const filterLink = (state, { field, value, label = value }) =>
  el("a", { href: hrefOf({ ...startOf(state), values: { [field]: [value] } }), "data-state": true }, label);

function facts(artwork, state) {
  const linked = (field, value) => filterLink(state, { field, value });
  const list = (field, values) =>
    (values ?? []).flatMap((value, i) => [i ? ", " : "", linked(field, value)]);
  const rows = [
    ["Medium", artwork.medium],
    ["Dimensions", artwork.dimensions],
    ["Place", artwork.place],
    ["Collection", artwork.collection && linked("collection", artwork.collection)],
    ["Credit line", artwork.credit_line],
    ["Accession number", artwork.accession_number],
    ["Other titles", artwork.other_titles?.join("; ")],
    ["Other numbers", artwork.identifiers?.join(", ")],
    ["Part of", artwork.part_of],
    ["Movement", list("movement", artwork.movements)],
    ["Subjects", list("subject", artwork.subjects)],
    ["Rights of the picture", rightsOf(artwork.rights?.image)],
    ["Rights of the record", rightsOf(artwork.rights?.data)],
    ["Id", artwork.id],
  ];
  const shown = rows.filter(([, value]) => (Array.isArray(value) ? value.length : value));
  return el(
    "dl",
    {},
    shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, ...[value].flat())]),
  );
}

function rightsOf(rights) {
  if (!rights) return null;
  const said = rights.statement && outwardLink(rights.statement, licenceName(rights.statement));
  const source =
    rights.source_field &&
    el(
      "span",
      { class: "soft" },
      ` (read from ${rights.source_field}${rights.value ? `: ${rights.value}` : ""})`,
    );
  return [rightsStatus(rights.status), said && ": ", said, source].filter(Boolean);
}

function foundBy(hit) {
  if (!hit.legs?.length) return null;
  const rows = hit.legs.map((leg) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, legName(leg.name)),
      el("td", {}, `rank ${leg.rank}`),
      el("td", {}, leg.score.toFixed(3)),
    ),
  );
  return el(
    "section",
    { class: "found" },
    el("h3", {}, `Found at rank ${hit.rank}, by`),
    el(
      "table",
      {},
      el(
        "thead",
        { class: "unseen" },
        el(
          "tr",
          {},
          ["Leg", "Rank", "Score"].map((text) => el("th", { scope: "col" }, text)),
        ),
      ),
      el("tbody", {}, rows),
    ),
  );
}

function outwardLinks(artwork) {
  const iiif = artwork.image?.iiif_url?.replace(/\/?(info\.json)?$/, "/info.json");
  const links = [
    [artwork.url, "At the museum"],
    [artwork.image?.url, "Full picture"],
    [iiif, "IIIF image"],
  ];
  return links
    .filter(([address]) => webAddress(address))
    .map(([address, label]) => outwardLink(address, `${label} ↗`));
}
