// Links from one artwork to others: more like it, in what, and less like it.

import { el } from "./dom.js";
import { ASPECTS, hrefOf, isSearch, startOf } from "./state.js";
import { titleOf } from "./words.js";

const likeState = (artwork, state) => {
  const { q, plain, aspects, unlike, not } = startOf(state);
  return { ...state, q, plain, aspects, unlike, not, like: [artwork.id] };
};

/** Link that searches for artworks like this one, under the filters that are set. */
export function likeLink(artwork, state) {
  const label = `More like this: ${titleOf(artwork)}`;
  const href = hrefOf(likeState(artwork, state));
  return el("a", { class: "like", href, "data-state": true, "aria-label": label }, "More like this");
}

/** Links for the details: more like this, in one aspect, and less like this where that can be. */
export function likenessLinks(artwork, { state, picture }) {
  const near = likeState(artwork, state);
  const inOne = ASPECTS.map((aspect) =>
    el(
      "a",
      {
        href: hrefOf({ ...near, aspects: [aspect] }),
        "data-state": true,
        "aria-label": `More like this in ${aspect}`,
      },
      aspect,
    ),
  );
  return [
    el(
      "p",
      { class: "links likeness" },
      likeLink(artwork, state),
      el("span", { class: "soft" }, "in ", ...inOne.flatMap((link, i) => [i ? " · " : "", link])),
      isSearch(state, picture) && !state.like.includes(artwork.id) && lessLink(artwork, state),
    ),
  ];
}

// What is asked stays, the picture too: hits are only kept away from this artwork.
function lessLink(artwork, state) {
  const href = hrefOf({ ...state, unlike: [...new Set([...state.unlike, artwork.id])] });
  const label = `Less like this: ${titleOf(artwork)}`;
  return el("a", { class: "like less", href, "data-state": "keep", "aria-label": label }, "Less like this");
}
