// One chip for each thing that is asked; each can be taken away.

import { byId, el } from "./dom.js";
import { FIELDS, withValue } from "./state.js";
import { fieldName, yearsOf } from "./words.js";

/**
 * Show what is asked.
 *
 * `nameOf(id)` names an artist, `titleOf(id)` an artwork; `change({state, picture})` takes something away.
 */
export function showChips({ state, picture }, { nameOf, titleOf, change }) {
  const chips = [
    ...(picture ? [pictureChip(picture, () => change({ state, picture: null }))] : []),
    ...state.like.map((id) =>
      chip("More like", titleOf(id), () =>
        change({ state: { ...state, like: state.like.filter((one) => one !== id) }, picture }),
      ),
    ),
    ...awayChips(state, titleOf, (next) => change({ state: next, picture })),
    ...filterChips(state, nameOf, (next) => change({ state: next, picture })),
  ];
  const list = byId("chips");
  const place = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...chips);
  list.hidden = !chips.length;
  if (place >= 0) (chips[Math.min(place, chips.length - 1)]?.querySelector("button") ?? byId("q")).focus();
}

function awayChips(state, titleOf, change) {
  const without = (name, gone) => ({ ...state, [name]: state[name].filter((one) => one !== gone) });
  return [
    ...state.unlike.map((id) => chip("Less like", titleOf(id), () => change(without("unlike", id)))),
    ...state.not.map((text) => chip("Not", text, () => change(without("not", text)))),
  ];
}

function filterChips(state, nameOf, change) {
  const ofField = (field) => [
    ...(state.values[field] ?? []).map((value) =>
      chip(fieldName(field), field === "artist" ? nameOf(value) : value, () =>
        change(withValue(state, { field, value, on: false })),
      ),
    ),
    ...(state.words[field] ?? []).map((value) =>
      chip(fieldName(field), `with “${value}”`, () =>
        change(withValue(state, { kind: "words", field, value, on: false })),
      ),
    ),
  ];
  const hasYears = state.from !== null || state.to !== null;
  return [
    ...FIELDS.flatMap(ofField),
    ...(hasYears ? [chip("Years", yearsOf(state), () => change({ ...state, from: null, to: null }))] : []),
    ...state.also.map((one) =>
      chip("Only", one.label, () => change({ ...state, also: state.also.filter((other) => other !== one) })),
    ),
    ...(state.hasImage ? [chip("Only", "with a picture", () => change({ ...state, hasImage: false }))] : []),
  ];
}

function chip(kind, text, remove) {
  return el(
    "li",
    { class: "chip" },
    el("span", {}, el("span", { class: "soft" }, `${kind}: `), text),
    removeButton(`${kind}: ${text}`, remove),
  );
}

function pictureChip(picture, remove) {
  const preview = el("img", { src: picture.url, alt: "Your picture" });
  preview.addEventListener("error", () => preview.remove()); // a file that is no picture: the service says so
  return el(
    "li",
    { class: "chip picture" },
    preview,
    el("span", {}, el("span", { class: "soft" }, "Picture: "), picture.name),
    removeButton("the picture", remove),
  );
}

const removeButton = (what, remove) =>
  el("button", { type: "button", "aria-label": `Remove ${what}`, onclick: remove }, "×");
