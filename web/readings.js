// How the words were read: a chip for each reading, which can be switched off, and on again.

import { byId, count, el } from "./dom.js";
import { cut, phraseOf, splitWords, withPlain } from "./phrases.js";
import { FIELDS, withValue } from "./state.js";

const LEAST = 0.3; // confidence of a suggestion that is worth a place
const MOST_SUGGESTED = 3;
const KINDS = { gender: "works", classification: "kind", place: "subject" };
const known = new Map(); // phrase → its reading, for when it is plain and no answer tells it

/** Show how the words of a question were read; `update(next)` asks anew. */
export function showReadings({ state, answer }, { update }) {
  const understanding = answer?.understanding;
  const chips = understanding ? chipsOf(state, understanding, update) : [];
  const list = byId("readings");
  const place = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...chips);
  list.hidden = !chips.length;
  if (place >= 0) (chips[Math.min(place, chips.length - 1)]?.querySelector("button") ?? byId("q")).focus();
  const said = understanding ? sentences(understanding) : [];
  byId("reading-note").textContent = said.join(" ");
  byId("reading-note").hidden = !said.length;
}

function chipsOf(state, { spans }, update) {
  const text = splitWords(state).q; // what was read
  const all = spans.flatMap((span) =>
    likeliest(span.readings).map((reading) => ({ reading, phrase: phraseOf(text, span, reading) })),
  );
  const isPlain = ({ phrase }) => state.plain.includes(phrase);
  const applied = all.filter(({ reading }) => reading.is_applied);
  const suggested = all.filter((one) => !one.reading.is_applied && !isPlain(one) && isWorthIt(one.reading));
  applied.forEach(({ reading, phrase }) => known.set(phrase, reading));
  return [
    ...applied.map((one) =>
      chip(one, true, () =>
        update((now) => withPlain(now, one.phrase, { isPlain: true, isLast: applied.length === 1 })),
      ),
    ),
    ...state.plain
      .map((phrase) => ({ phrase, reading: known.get(phrase) ?? firstOf(all, phrase) }))
      .filter(({ phrase, reading }) => reading || phrase !== state.q) // all of q: that nothing was read
      .map((one) =>
        chip(one, false, () => update((now) => withPlain(now, one.phrase, { isPlain: false }))),
      ),
    ...suggested
      .slice(0, MOST_SUGGESTED)
      .map((one) => chip(one, false, () => update((now) => withReading(now, one)))),
  ];
}

// All that is applied, and one more that it could be.
const likeliest = (readings) =>
  readings.filter((one, i) => one.is_applied || i === 0 || readings[i - 1].is_applied);

const firstOf = (all, phrase) => all.find((one) => one.phrase === phrase)?.reading ?? null;

const isWorthIt = ({ kind, filter, matching, confidence }) =>
  confidence >= LEAST && (kind === "negative" || (filter && matching > 0));

function chip({ reading, phrase }, isOn, toggle) {
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: "reading",
        "aria-pressed": String(isOn),
        title: isOn ? "Switch off: search for the words as they are" : "Switch on: make it a filter",
        onclick: toggle,
      },
      ...(reading ? meaningOf(reading, phrase) : [`“${phrase}” as plain words`]),
    ),
  );
}

function meaningOf({ kind, label, filter, matching }, phrase) {
  if (kind === "negative") return [`without ${label.replace(/^not /, "")}`];
  return [
    el("span", { class: "soft" }, phrase),
    el("span", { class: "soft", "aria-hidden": "true" }, " → "),
    el("span", { class: "unseen" }, ", read as "),
    el("span", {}, `${KINDS[kind] ?? kind} ${label}`),
    filter && el("span", { class: "soft" }, ` · ${count(matching)}`),
    filter && el("span", { class: "unseen" }, " artworks"),
  ];
}

/** Switch a suggestion on: a filter of this page takes the place of its words. */
function withReading(state, { reading, phrase }) {
  const next = withMeaning({ ...state, plain: [], q: cut(state.q, phrase) }, reading, phrase);
  return { ...next, plain: state.plain.filter((one) => one !== state.q && next.q.includes(one)) };
}

function withMeaning(state, { kind, label, filter }, phrase) {
  if (!filter) return { ...state, not: [...new Set([...state.not, bare(phrase, label)])] };
  const { field, op, value, role } = filter;
  if (field === "year" && state.from === null && state.to === null) {
    return { ...state, from: value.from ?? null, to: value.to ?? null };
  }
  const own = field === "artist_id" ? "artist" : field;
  const isOwn = FIELDS.includes(own) && !role && (op === "in" || (op === "words" && own !== "artist"));
  if (!isOwn) return { ...state, also: [...state.also, { label: `${KINDS[kind] ?? kind} ${label}`, filter }] };
  return value.reduce(
    (now, one) => withValue(now, { kind: op === "in" ? "values" : "words", field: own, value: one }),
    state,
  );
}

const bare = (phrase, label) => label.replace(/^not /, "") || phrase;

function sentences({ note, language }) {
  return [
    note && `${note[0].toUpperCase()}${note.slice(1)}.`,
    language &&
      `This reads as ${languageName(language)}, which the text encoder does not know: ` +
        "names and titles are found as they are written, meanings hardly.",
  ].filter(Boolean);
}

function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
