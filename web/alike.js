// The works that one card stands for: a dialog with a card for each, fetched as it is asked for.

import { fetchArtwork } from "./api.js";
import { card } from "./cards.js";
import { openDialog, showDetails } from "./details.js";
import { count, counted, el } from "./dom.js";
import { titleOf } from "./words.js";

const AT_ONCE = 12;

/** Show a hit together with its near-duplicates; `page` is {state, picture}. */
export function showAlike(hit, page) {
  const list = el("ol", { class: "grid", "aria-label": "Works alike" });
  const more = el("button", { type: "button", class: "button" }, "Show more");
  const failed = el("p", { class: "error", role: "alert", hidden: true });
  const back = () => showAlike(hit, page);
  const context = { state: page.state, open: (one) => showDetails(one, page, { back }) };
  list.append(card({ ...hit, duplicates: [] }, context));
  let waiting = hit.duplicates;
  const fill = async () => {
    more.disabled = true;
    const found = await Promise.allSettled(waiting.slice(0, AT_ONCE).map((id) => fetchArtwork(id)));
    const cards = found
      .filter(({ status }) => status === "fulfilled")
      .map(({ value: artwork }) => card({ artwork, legs: [], duplicates: [] }, context));
    list.append(...cards);
    failed.hidden = cards.length === found.length;
    failed.textContent = `${counted(found.length - cards.length, "work")} could not be read.`;
    waiting = waiting.slice(AT_ONCE);
    more.disabled = false;
    more.hidden = !waiting.length;
    if (document.activeElement === document.body) cards[0]?.querySelector(".open").focus();
  };
  more.addEventListener("click", fill);
  openDialog(
    el(
      "div",
      { class: "sheet alike" },
      el(
        "div",
        { class: "text" },
        el("h2", { id: "details-title" }, titleOf(hit.artwork)),
        el("p", { class: "soft" }, `${count(hit.duplicates.length + 1)} works that are much alike`),
        list,
        failed,
        el("p", { class: "more" }, more),
      ),
    ),
  );
  fill();
}
