// Everything said in sentences: examples, counts, nothing found, errors, and how it was found.

import { byId, count, counted, el, milliseconds } from "./dom.js";
import { EMPTY, filterParts, hrefOf, isBlank, isFiltered, isSearch, withoutFilters } from "./state.js";
import { fieldName, legName, planLine } from "./words.js";

const SAID_ELSEWHERE = new Set(["understand", "language"]); // beside the words themselves
const EXAMPLES = ["a ship in a storm", "a woman reading by a window", "quiet evening light"];

/** Offer searches to somebody who has not asked anything yet. */
export function showExamples() {
  const links = EXAMPLES.map((q) => el("a", { href: hrefOf({ ...EMPTY, q }), "data-state": true }, q));
  byId("examples").replaceChildren(el("span", {}, "Try"), ...links);
}

/** Say how many there are, how many are shown, and how long it took. */
export function showStatus({ hits, answer, state, picture }) {
  const [shown, total] = [hits.length, answer.total];
  const order = fitOf(answer) === "none" ? "none seems to fit, the nearest first" : "best first";
  const many = shown < total ? `${count(shown)} of ${counted(total, "artwork")}` : counted(shown, "artwork");
  const parts = [many, isSearch(state, picture) && shown > 1 && order, milliseconds(answer.duration_ms)];
  byId("status").textContent = parts.filter(Boolean).join(" · ");
}

/** Say that a search is under way, without announcing it. */
export function showBusy(isBusy) {
  byId("results").setAttribute("aria-busy", String(isBusy));
  document.body.classList.toggle("busy", isBusy);
}

/** Say what an answer lacks: anything that fits, a picture that is gone, stages that did less. */
export function showNotes({ answer, state, isPictureLost }) {
  const degraded = answer.stages
    .filter((stage) => stage.degraded && !SAID_ELSEWHERE.has(stage.name))
    .map((stage) => `${legName(stage.name)}: ${stage.degraded}`);
  const lost = isPictureLost
    ? ["The picture of this search was not kept; drop it again to search with it."]
    : [];
  const lines = [...lost, ...degraded].map((text) => el("p", {}, text));
  const mild = lines.length ? [el("div", { class: "message mild" }, lines)] : [];
  byId("notice").replaceChildren(...fitNotes(answer, state), ...mild);
}

// Words in a language that is not read fit nothing for that reason alone, which is said beside them.
const fitOf = ({ match, understanding }) =>
  match?.level === "none" && understanding?.language ? "weak" : match?.level;

function fitNotes(answer, state) {
  const { understanding } = answer;
  const level = fitOf(answer);
  const within = isFiltered(state) || understanding?.filter ? "Nothing under these filters" : "Nothing here";
  if (level === "none") {
    const head = el("h2", {}, `${within} seems to fit “${brief(state.q)}”`);
    return [el("div", { class: "message unfit" }, head, el("p", {}, "These are the nearest."))];
  }
  if (level !== "weak") return [];
  const said = `Perhaps none of this is quite “${brief(state.q)}”; the nearest come first.`;
  return [el("div", { class: "message mild" }, el("p", {}, said))];
}

const brief = (text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** Say that nothing matches, and offer the ways out. */
export function showNothing({ state, answer, picture }) {
  const isAsked = !isBlank(state) || picture;
  const isOnlyAway = !isSearch(state, picture) && state.not.length + state.unlike.length > 0;
  const reason = isOnlyAway
    ? "Say also what to look for: this only says what to keep away from."
    : answer.total > 0
      ? `None of ${counted(answer.total, "artwork")} could be compared with this.`
      : isFiltered(state) || answer.understanding?.filter
        ? "No artwork passes all the filters together."
        : "There is nothing in this collection yet.";
  const way = isFiltered(state)
    ? stateLink(withoutFilters(state), "Drop the filters")
    : isAsked && stateLink(EMPTY, "See everything");
  byId("notice").replaceChildren(
    el(
      "div",
      { class: "message" },
      el("h2", {}, isAsked ? "Nothing matches" : "Nothing here yet"),
      el("p", {}, reason),
      way && el("p", {}, way),
    ),
  );
}

const stateLink = (state, label) =>
  el("a", { class: "button", href: hrefOf(state), "data-state": true }, label);

/** Say in words what went wrong, field by field, with a way to try again. */
export function errorBlock(problem, { state, retry, retryLabel = "Try again" }) {
  const details = problem.errors.map(({ field, message }) =>
    el("li", {}, el("strong", {}, `${placeName(field, state)}: `), message),
  );
  return el(
    "div",
    { class: "message wrong", role: "alert" },
    el("h2", {}, problem.title),
    !details.length && problem.detail && el("p", {}, problem.detail),
    details.length > 0 && el("ul", {}, details),
    problem.status === 503 &&
      el("p", {}, `The service is busy. Wait ${counted(problem.retryAfterS ?? 1, "second")} and try again.`),
    mayPass(problem) &&
      el("p", {}, el("button", { type: "button", class: "button", onclick: retry }, retryLabel)),
  );
}

// Asking again helps where the service was away or busy, not where the question was wrong.
const mayPass = ({ status }) => status === 0 || status === 410 || status === 429 || status >= 500;

/** Name the place of the page that a field of the request belongs to. */
export function placeName(field, state) {
  if (isYears(field, state)) return "Years";
  const last = String(field).split(".").pop();
  const part = filterParts(state)[partIndex(field)];
  const names = {
    q: "Words",
    image: "Picture",
    like: "More like",
    cursor: "Place in the list",
    artwork: "Less like",
    text: "Not",
  };
  const read = part && (part.field ?? part.or?.[0].field);
  return names[last] ?? (read ? fieldName(read) : String(field));
}

/** Tell whether a field of the request is the years of the filter. */
export const isYears = (field, state) => filterParts(state)[partIndex(field)]?.field === "year";

const partIndex = (field) => Number(/filter\.and\[(\d+)\]/.exec(field)?.[1] ?? -1);

/** Show, small, what the answer cost and how exact it is. */
export function showReport(answer) {
  if (!answer) return byId("report").replaceChildren();
  const ran = answer.stages.filter((stage) => !stage.skipped);
  const times = ran.map((stage) => `${plainName(stage.name)} ${milliseconds(stage.duration_ms)}`);
  const skipped = skippedByReason(answer.stages);
  const rows = [
    [`Answered in ${milliseconds(answer.duration_ms)}`, times.join(" · ")],
    ...answer.plan.map((plan) => [legName(plan.leg), planLine(plan)]),
    ...(skipped ? [["Left out", skipped]] : []),
    ["Snapshot", answer.snapshot],
  ];
  return byId("report").replaceChildren(
    el(
      "dl",
      {},
      rows.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text))),
    ),
  );
}

// "no artwork was referred to (like catalogue, like picture)": legs that were left out, once a reason.
function skippedByReason(stages) {
  const reasons = new Map();
  for (const { name, skipped } of stages.filter((stage) => stage.skipped)) {
    reasons.set(skipped, [...(reasons.get(skipped) ?? []), plainName(name)]);
  }
  return [...reasons].map(([reason, names]) => `${names.join(", ")} (${reason})`).join(" · ");
}

const plainName = (name) => name.replaceAll("_", " ");
