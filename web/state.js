// What is asked, as a value: read from the address, written to the address, turned into a filter.
// A picture cannot stand in an address; app.js keeps it beside the history.

export const FIELDS = ["artist", "classification", "medium", "subject", "movement", "collection"];

export const ASPECTS = ["looks", "subject", "artist", "period"];

// What stays when something else is asked.
const SETTINGS = Object.freeze({
  understand: "apply", // or "suggest": what words name is told, and becomes no filter by itself
  collapse: true, // works alike are one hit
  group: null, // "artist" or "title"
});

export const EMPTY = Object.freeze({
  ...SETTINGS,
  q: "",
  plain: [], // parts of q that are no filters, whatever they name; all of q: nothing in it is one
  like: [], // artwork ids
  aspects: [], // in what hits are like these; none named: in all
  unlike: [], // artwork ids to keep away from
  not: [], // texts to keep away from
  values: {}, // field → exact values; of an artist, ids
  words: {}, // field → words that the value must contain
  from: null,
  to: null,
  hasImage: false,
  also: [], // {label, filter}: filters that were read from words and that no field here can hold
});

/** Read the state from the query part of an address; what cannot be read is left out. */
export function readState(search) {
  const given = new URLSearchParams(search);
  const texts = (name) => [...new Set(given.getAll(name).filter((text) => text.trim()))];
  const collect = (suffix) =>
    Object.fromEntries(FIELDS.map((f) => [f, texts(f + suffix)]).filter(([, list]) => list.length));
  return {
    q: (given.get("q") ?? "").trim(),
    plain: texts("plain"),
    like: texts("like"),
    aspects: ASPECTS.filter((aspect) => (given.get("aspects") ?? "").split(",").includes(aspect)),
    unlike: texts("unlike"),
    not: texts("not"),
    values: collect(""),
    words: collect("_words"),
    from: parseYear(given.get("from")),
    to: parseYear(given.get("to")),
    hasImage: given.get("has_image") === "true",
    also: texts("also").map(parseAlso).filter(Boolean),
    understand: given.get("understand") === "suggest" ? "suggest" : "apply",
    collapse: given.get("collapse") !== "false",
    group: ["artist", "title"].find((group) => group === given.get("group_by")) ?? null,
  };
}

function parseAlso(text) {
  try {
    const { label, filter } = JSON.parse(text);
    return typeof label === "string" && filter && typeof filter === "object" ? { label, filter } : null;
  } catch {
    return null;
  }
}

/** Write the state as an address of this page. */
export function hrefOf(state) {
  const out = new URLSearchParams();
  if (state.q) out.set("q", state.q);
  for (const name of ["plain", "like", "unlike", "not"]) {
    state[name].forEach((one) => out.append(name, one));
  }
  if (state.aspects.length) out.set("aspects", state.aspects.join(","));
  for (const field of FIELDS) {
    (state.values[field] ?? []).forEach((value) => out.append(field, value));
    (state.words[field] ?? []).forEach((words) => out.append(`${field}_words`, words));
  }
  if (state.from !== null) out.set("from", state.from);
  if (state.to !== null) out.set("to", state.to);
  if (state.hasImage) out.set("has_image", "true");
  state.also.forEach(({ label, filter }) => out.append("also", JSON.stringify({ label, filter })));
  if (state.understand !== SETTINGS.understand) out.set("understand", state.understand);
  if (!state.collapse) out.set("collapse", "false");
  if (state.group) out.set("group_by", state.group);
  const text = out.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text ? `/?${text}` : "/";
}

/** Read a year as typed; null where it is none. */
export function parseYear(text) {
  return /^\s*-?\d{1,6}\s*$/.test(text ?? "") ? Number(text) : null;
}

/** List the parts of the filter: fields are joined by AND, values of one field by OR. */
export function filterParts(state, { without = null } = {}) {
  const parts = FIELDS.filter((field) => field !== without).flatMap((field) => fieldPart(state, field));
  if (state.from !== null || state.to !== null) {
    const years = {
      ...(state.from !== null && { from: state.from }),
      ...(state.to !== null && { to: state.to }),
    };
    parts.push({ field: "year", op: "overlaps", value: years });
  }
  if (state.hasImage) parts.push({ field: "has_image", op: "in", value: true });
  return [...parts, ...state.also.map(({ filter }) => filter)];
}

/** Write the filter tree of a request; null where nothing is filtered. */
export function filterOf(state, { understood = null, ...options } = {}) {
  const parts = [...filterParts(state, options), ...(understood ? [understood] : [])];
  return parts.length ? { and: parts } : null;
}

function fieldPart(state, field) {
  const values = state.values[field] ?? [];
  const words = state.words[field] ?? [];
  const leaves = [];
  if (values.length)
    leaves.push({ field: field === "artist" ? "artist_id" : field, op: "in", value: values });
  if (words.length) leaves.push({ field, op: "words", value: words });
  return leaves.length > 1 ? [{ or: leaves }] : leaves;
}

/** Fields that are filtered now. */
export const activeFields = (state) => FIELDS.filter((field) => fieldPart(state, field).length);

/** Tell whether any filter is set. */
export const isFiltered = (state) => filterParts(state).length > 0;

/** Drop every filter, keep what is searched for. */
export const withoutFilters = (state) => {
  const { values, words, from, to, hasImage, also } = EMPTY;
  return { ...state, values, words, from, to, hasImage, also };
};

/** Ask nothing, and keep the settings. */
export const startOf = ({ understand, collapse, group }) => ({ ...EMPTY, understand, collapse, group });

/** Tell whether nothing is asked, whatever the settings are. */
export const isBlank = (state) => hrefOf({ ...state, ...SETTINGS }) === "/";

/** Tell whether there is anything to be compared with, so that keeping away makes sense. */
export const isSearch = (state, picture) => Boolean(state.q || state.like.length || picture);

/** Add a value to a field, or take it out; `kind` is "values" or "words". */
export function withValue(state, { kind = "values", field, value, on = true }) {
  const others = (state[kind][field] ?? []).filter((one) => one !== value);
  const list = on ? [...others, value] : others;
  const { [field]: _, ...rest } = state[kind];
  return { ...state, [kind]: list.length ? { ...rest, [field]: list } : rest };
}
