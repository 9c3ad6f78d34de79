// Draws a page: {state, picture, hits, answer, facets}. What the reader may do comes as `actions`.

import { showAlike } from "./alike.js";
import { card } from "./cards.js";
import { showChips } from "./chips.js";
import { showDetails } from "./details.js";
import { byId, count, el } from "./dom.js";
import { showYearsError } from "./filters.js";
import { nameOf, titleOfId } from "./memory.js";
import { errorBlock, isYears, showNotes, showNothing, showReport, showStatus } from "./notices.js";
import { showReadings } from "./readings.js";
import { filterParts, isBlank } from "./state.js";

/** Show what is asked: box, chips, title of the window. */
export function showAsked(page, actions) {
  const { state, picture } = page;
  document.body.classList.toggle("landing", isBlank(state) && !picture);
  document.title = [state.q || (state.like.length ? titleOfId(state.like[0]) : ""), "Vasari"]
    .filter(Boolean)
    .join(" · ");
  showChips(page, { nameOf, titleOf: titleOfId, change: actions.change });
  const filters = filterParts(state).length;
  byId("filters-toggle").textContent = filters ? `Filters · ${filters}` : "Filters";
}

/** Show the answer of a page in place of the last one. */
export function showAnswer(page, actions) {
  byId("grid").replaceChildren();
  markProblems([], page.state);
  showReadings(page, actions);
  if (page.hits.length) showNotes(page);
  else showNothing(page);
  addHits(page, page.hits, actions);
  showReport(page.answer);
}

/** Add cards; returns the button of the first one. */
export function addHits(page, hits, actions) {
  const { state, picture } = page;
  const context = {
    state,
    open: (hit) => showDetails(hit, { state, picture }),
    alike: (hit) => showAlike(hit, { state, picture }),
  };
  const cards = hits.map((hit) => card(hit, context));
  byId("grid").append(...cards);
  showStatus(page);
  showMoreButton(page, actions);
  return cards[0]?.querySelector(".open");
}

function showMoreButton({ answer, state }, actions) {
  const button = el("button", { type: "button", class: "button", onclick: actions.askMore }, "Show more");
  byId("more").replaceChildren(...(answer.cursor ? [button] : unranked(answer, state)));
}

/** Say at the end of the hits that more artworks match than were ranked. */
function unranked({ window, total, stages }, { group }) {
  if (!window || window >= total) return [];
  const ranked = stages.find(({ name }) => name === "collapse" || name === "group")?.input_count;
  if (ranked >= total) {
    const what = group ? `One for each ${group}` : "Works that are alike share a card";
    return [el("p", { class: "soft" }, `${what}: ${count(window)} cards for ${count(total)} artworks.`)];
  }
  const said = `These are the best ${count(window)} of ${count(total)}; a filter narrows the rest.`;
  return [el("p", { class: "soft" }, said)];
}

/** Show an error in place of the answer. */
export function showProblem(problem, page, actions) {
  byId("grid").replaceChildren();
  byId("more").replaceChildren();
  byId("status").textContent = "";
  showReadings({ state: page.state, answer: null }, actions);
  showReport(null);
  byId("notice").replaceChildren(errorBlock(problem, { state: page.state, retry: actions.ask }));
  markProblems(problem.errors, page.state);
}

/** Show an error below the hits that are there already. */
export function showMoreProblem(problem, page, actions) {
  // The snapshot that a place in the list belongs to may be gone; then only a new search helps.
  const way =
    problem.status === 410 ? { retry: actions.ask, retryLabel: "Search again" } : { retry: actions.askMore };
  byId("more").replaceChildren(errorBlock(problem, { state: page.state, ...way }));
}

function markProblems(errors, state) {
  showYearsError(errors.find(({ field }) => isYears(field, state))?.message);
  if (errors.some(({ field }) => field === "q")) byId("q").setAttribute("aria-invalid", "true");
  else byId("q").removeAttribute("aria-invalid");
}
