// Words of the question as phrases: taken out, kept as they are, and sent as the API takes them.

// As the service reads them: what stands before something that is not wanted.
const TRIGGER = new RegExp(
  String.raw`\b(?:but not|other than|apart from|with no|and no|there (?:are|is) no|and not|except for` +
    String.raw`|without|excluding|except|not|no|minus)\s+(?:(?:an?|the|any|of)\s+)*$`,
  "iu",
);

/** Find the words of a span in a text, with the "without" before what is not wanted. */
export function phraseOf(text, span, reading) {
  const trigger = reading.kind === "negative" ? TRIGGER.exec(text.slice(0, span.begin)) : null;
  return text.slice(trigger ? trigger.index : span.begin, span.end);
}

/** Take a phrase out of a text, with the "by" before it, the "'s" after it, and an "of" at the end. */
export function cut(text, phrase) {
  const rest = text.replace(pattern(phrase), " ").replace(/\s+/gu, " ").trim();
  return rest === text ? text : rest.replace(/(?:^|\s)(?:and|at|by|from|in|of|on|or|the|with)$/iu, "").trim();
}

/** Type other words: phrases that were plain stay so where they are still there. */
export function retyped(state, q) {
  if (q === state.q) return state;
  return { ...state, q, plain: state.plain.filter((one) => one !== state.q && pattern(one).test(q)) };
}

/** Read a phrase as plain words, or again as what it names; `isLast`: nothing else was read. */
export function withPlain(state, phrase, { isPlain, isLast = false }) {
  const others = state.plain.filter((one) => one !== phrase && one !== state.q);
  if (!isPlain) return { ...state, plain: others };
  return { ...state, plain: [...new Set([...others, phrase, ...(isLast ? [state.q] : [])])] };
}

/**
 * Split the question into what is read and what is not: `q` with `understand`, and `plain` texts.
 *
 * Where nothing in it is to be read, it goes out whole, as it was typed.
 */
export function splitWords({ q, plain, understand }) {
  const rest = plain.reduce(cut, q);
  if (understand !== "apply" || !rest || plain.includes(q)) {
    return { q, plain: [], understand: q && understand === "apply" && plain.length ? "suggest" : understand };
  }
  return { q: rest, plain, understand };
}

function pattern(phrase) {
  const literal = phrase.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:by\s+)?${literal}(?:['’]s?)?(?![\p{L}\p{N}])`, "u");
}
