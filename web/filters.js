// The filter panel: years, "only with picture", and one section of checkboxes for each field.

import { byId, count, el, fold } from "./dom.js";
import { FIELDS, parseYear } from "./state.js";
import { fieldName } from "./words.js";

const BRIEF = 6; // values shown before "Show all"
const NARROW_FROM = 9; // with fewer values there is nothing to narrow
const OPEN_AT_FIRST = new Set(["artist", "classification", "medium"]);

/**
 * Build the panel once.
 *
 * `on.value({kind, field, value, on})`, `on.change({from, to})`, `on.change({hasImage})` and
 * `on.away(text)` are called when the reader changes something; `on.nameOf(id)` names an artist.
 * What is returned shows a state: `showGeneral` what can be typed into, `showFacets` the checkboxes
 * and their counts.
 */
export function buildFilters(root, on) {
  const general = generalSection(on);
  const sections = new Map(FIELDS.map((field) => [field, fieldSection(field, on)]));
  root.append(general.node, ...[...sections.values()].map((section) => section.node));
  const showFacets = ({ state, facets }) => {
    const focused = document.activeElement?.dataset?.key;
    sections.forEach((section, field) => section.show(state, facets[field] ?? []));
    if (focused && !root.contains(document.activeElement)) refocus(root, focused);
  };
  return { showGeneral: general.show, showFacets };
}

// Lists are drawn anew with each answer; the reader's place in them must not be lost.
function refocus(root, key) {
  const again = [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  again?.focus({ preventScroll: true });
}

function generalSection(on) {
  const from = yearInput("from", "From");
  const to = yearInput("to", "to");
  const hasImage = el("input", {
    type: "checkbox",
    id: "has-image",
    onchange: () => on.change({ hasImage: hasImage.checked }),
  });
  const apply = () => on.change({ from: parseYear(from.value), to: parseYear(to.value) });
  [from, to].forEach((input) => input.addEventListener("change", apply));
  const node = el(
    "form",
    {
      class: "general",
      onsubmit: (event) => {
        event.preventDefault();
        apply();
      },
    },
    el(
      "fieldset",
      {},
      el("legend", {}, "Years"),
      el(
        "div",
        { class: "years" },
        el("label", {}, el("span", {}, "from"), from),
        el("label", {}, el("span", {}, "to"), to),
      ),
      el("p", { id: "years-hint", class: "tiny" }, "A minus sign for BC"),
      el("p", { id: "years-error", class: "error", hidden: true }),
    ),
    el("label", { class: "check" }, hasImage, el("span", { class: "name" }, "Only with a picture")),
    awayInput(on.away),
    el("button", { type: "submit", class: "unseen", tabindex: "-1" }, "Apply the years"),
  );
  const show = (state) => {
    from.value = state.from ?? "";
    to.value = state.to ?? "";
    hasImage.checked = state.hasImage;
  };
  return { node, show };
}

function awayInput(away) {
  const input = el("input", {
    id: "away",
    type: "text",
    class: "narrow",
    placeholder: "boats, a portrait…",
    autocomplete: "off",
    maxlength: "200",
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the years of this form stay as they are
    const text = input.value.trim();
    input.value = "";
    if (text) away(text);
  });
  return el("label", { class: "away" }, el("span", {}, "Keep away from"), input);
}

const yearInput = (name, label) =>
  el("input", {
    id: name,
    type: "number",
    step: "1",
    inputmode: "numeric",
    "aria-label": `${label} year`,
    "aria-describedby": "years-hint years-error",
  });

/** Say what is wrong with the years, at the years; null when nothing is. */
export function showYearsError(message) {
  const place = byId("years-error");
  place.textContent = message ?? "";
  place.hidden = !message;
  ["from", "to"].forEach((id) => byId(id).setAttribute("aria-invalid", String(Boolean(message))));
}

function fieldSection(field, on) {
  const view = { state: null, values: [], expanded: false };
  const name = fieldName(field);
  const list = el("ul", { class: "values" });
  const narrow = el("input", {
    type: "search",
    class: "narrow",
    placeholder: `Find: ${name.toLowerCase()}`,
    "aria-label": `Narrow the values of ${name}`,
    autocomplete: "off",
  });
  const all = el("button", { type: "button", class: "quiet small" });
  const node = el(
    "details",
    { open: OPEN_AT_FIRST.has(field), "data-field": field },
    el("summary", {}, name),
    narrow,
    list,
    all,
  );
  const draw = () => drawSection({ field, view, list, narrow, all, node, on });
  narrow.addEventListener("input", draw);
  narrow.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && narrow.value.trim()) acceptNarrowed({ field, view, narrow, on });
    if (event.key === "Escape") event.stopPropagation();
  });
  all.addEventListener("click", () => {
    view.expanded = !view.expanded;
    draw();
  });
  const show = (state, values) => {
    Object.assign(view, {
      state,
      values: withChosen(state.values[field] ?? [], values, field === "artist" ? on.nameOf : String),
    });
    if (isActive(field, state)) node.open = true;
    draw();
  };
  return { node, show };
}

const isActive = (field, state) => Boolean(state.values[field] || state.words[field]);

const keyOf = ({ id, value }) => id ?? value;

// A chosen value that the facet does not list (few works, or none) stays in sight.
function withChosen(chosen, values, nameOf) {
  const listed = new Set(values.map(keyOf));
  const unlisted = chosen.filter((key) => !listed.has(key));
  return [...unlisted.map((key) => ({ value: nameOf(key), id: key, count: null })), ...values];
}

function narrowed(view, text) {
  const wanted = fold(text);
  return wanted ? view.values.filter(({ value }) => fold(value).includes(wanted)) : view.values;
}

// Enter takes the one value that is left, or else any value with these words in it.
function acceptNarrowed({ field, view, narrow, on }) {
  const left = narrowed(view, narrow.value);
  const text = narrow.value.trim();
  narrow.value = "";
  if (left.length === 1) on.value({ kind: "values", field, value: keyOf(left[0]), on: true });
  else on.value({ kind: "words", field, value: text, on: true });
}

function drawSection({ field, view, list, narrow, all, node, on }) {
  const chosen = new Set(view.state.values[field] ?? []);
  const wordy = view.state.words[field] ?? [];
  const text = narrow.value.trim();
  const matching = narrowed(view, text);
  const isBrief = !view.expanded && !text;
  const shown = matching.filter((one, i) => !isBrief || i < BRIEF || chosen.has(keyOf(one)));
  list.replaceChildren(
    ...wordy.map((value) =>
      checkbox({ field, kind: "words", key: value, label: `with “${value}”`, checked: true, on }),
    ),
    ...shown.map((one) =>
      checkbox({
        field,
        kind: "values",
        key: keyOf(one),
        label: one.value,
        number: one.count,
        checked: chosen.has(keyOf(one)),
        on,
      }),
    ),
    ...(text ? [el("li", {}, anyWith({ field, text, narrow, on }))] : []),
  );
  narrow.hidden = view.values.length < NARROW_FROM && !wordy.length;
  all.hidden = Boolean(text) || matching.length <= BRIEF;
  all.textContent = view.expanded ? "Show fewer" : `Show ${count(matching.length)}`;
  all.setAttribute("aria-expanded", String(view.expanded));
  node.hidden = !view.values.length && !wordy.length;
}

function anyWith({ field, text, narrow, on }) {
  const accept = () => {
    narrow.value = "";
    on.value({ kind: "words", field, value: text, on: true });
  };
  return el("button", { type: "button", class: "quiet small any", onclick: accept }, `All with “${text}”`);
}

function checkbox({ field, kind, key, label, number = null, checked, on }) {
  const input = el("input", {
    type: "checkbox",
    "data-key": `${kind}/${field}/${key}`,
    onchange: () => on.value({ kind, field, value: key, on: input.checked }),
  });
  input.checked = checked;
  return el(
    "li",
    {},
    el(
      "label",
      { class: "check" },
      input,
      el("span", { class: "name" }, label),
      number !== null &&
        el("span", { class: "count" }, count(number), el("span", { class: "unseen" }, " artworks")),
    ),
  );
}
