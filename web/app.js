// The page: what is asked stands in the address, and the newest question wins.

import { Problem, fetchArtwork, openFacet, search } from "./api.js";
import { walkWithArrows } from "./cards.js";
import { listenForClose } from "./details.js";
import { byId } from "./dom.js";
import { buildArrange } from "./arrange.js";
import { buildFilters } from "./filters.js";
import { keepPage, keepPicture, knowsTitle, learn, nameOf, pageOf, pictureOf } from "./memory.js";
import { showBusy, showExamples } from "./notices.js";
import { retyped } from "./phrases.js";
import { listenForPictures, makePicture } from "./picture.js";
import { activeFields, hrefOf, readState, withValue } from "./state.js";
import { addHits, showAnswer, showAsked, showMoreProblem, showProblem } from "./view.js";

let page = null; // {key, state, picture, isPictureLost, hits, answer, facets}
let newest = new AbortController();
let entries = 0;

const update = (next) => go(next(asked()), page.picture);

const actions = {
  ask,
  askMore,
  update,
  change: ({ state, picture }) => go(retyped(state, typed()), picture),
};

const filters = buildFilters(byId("filters"), {
  nameOf,
  value: (choice) => update((state) => withValue(state, choice)),
  change: (changed) => update((state) => ({ ...state, ...changed })),
  away: (text) => update((state) => ({ ...state, not: [...new Set([...state.not, text])] })),
});

const arrange = buildArrange(byId("arrange"), (changed) => update((state) => ({ ...state, ...changed })));

const typed = () => byId("q").value.trim();

/** What is asked, with the words that stand in the box, sent off or not. */
const asked = () => retyped(page.state, typed());

const newKey = () => `${performance.timeOrigin}/${(entries += 1)}`;

/** Ask something new: a new entry of the history, unless it is the same question. */
function go(state, picture) {
  const isSame = hrefOf(state) === hrefOf(page.state) && picture === page.picture;
  keepPage(page);
  if (!isSame) history.pushState({ key: newKey(), picture: picture?.key }, "", hrefOf(state));
  begin(state, picture);
  ask();
}

/** Come to an entry of the history: as it was left, or asked anew. */
function arrive() {
  if (!history.state?.key) history.replaceState({ key: newKey() }, "");
  byId("details").close();
  const kept = pageOf(history.state);
  begin(readState(location.search), pictureOf(history.state) ?? null);
  if (!kept) return ask();
  newest.abort();
  page = kept;
  showAsked(page, actions);
  showAnswer(page, actions);
  filters.showFacets(page);
  return window.scrollTo(0, kept.scrollY);
}

function begin(state, picture) {
  const isPictureLost = Boolean(history.state.picture) && !picture;
  page = {
    key: history.state.key,
    state,
    picture,
    isPictureLost,
    hits: [],
    answer: null,
    facets: page?.facets ?? {},
  };
  byId("q").value = state.q;
  showAsked(page, actions);
  arrange.show(state);
  filters.showGeneral(state);
  filters.showFacets(page);
}

async function ask() {
  const mine = page;
  await exclusively(
    async (signal) => {
      nameLikes(mine, signal);
      const answer = await search(mine.state, { picture: mine.picture, signal });
      const { hits, facets } = answer;
      learn(
        hits.map((hit) => hit.artwork),
        facets.artist,
      );
      Object.assign(mine, { answer, hits });
      showAnswer(mine, actions);
      scrollToResults();
      const others = await openFacets(mine.state, { understood: answer.understanding?.filter, signal });
      if (signal.aborted) return;
      mine.facets = { ...facets, ...others };
      learn([], mine.facets.artist);
      showAsked(mine, actions);
      filters.showFacets(mine);
    },
    (problem) => showProblem(problem, mine, actions),
  );
}

async function askMore() {
  const mine = page;
  await exclusively(
    async (signal) => {
      const answer = await search(mine.state, { picture: mine.picture, cursor: mine.answer.cursor, signal });
      learn(answer.hits.map((hit) => hit.artwork));
      mine.hits = [...mine.hits, ...answer.hits];
      mine.answer = { ...mine.answer, cursor: answer.cursor, duration_ms: answer.duration_ms };
      const hadFocus = byId("more").contains(document.activeElement);
      const first = addHits(mine, answer.hits, actions);
      if (hadFocus) (first ?? byId("results")).focus();
    },
    (problem) => showMoreProblem(problem, mine, actions),
  );
}

// One question at a time: a newer one ends the older.
async function exclusively(work, fail) {
  newest.abort();
  const controller = new AbortController();
  newest = controller;
  showBusy(true);
  try {
    await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return;
    if (!(error instanceof Problem)) console.error(error);
    fail(
      error instanceof Problem
        ? error
        : new Problem({ title: "This page made a mistake", detail: String(error) }),
    );
  } finally {
    if (newest === controller) showBusy(false);
  }
}

// A field that is filtered shows its other values too, as if it were not.
async function openFacets(state, options) {
  const one = (field) =>
    openFacet(state, field, options).then(
      (values) => [field, values],
      () => null,
    );
  const opened = await Promise.all(activeFields(state).map(one));
  return Object.fromEntries(opened.filter(Boolean));
}

// A shared address carries ids alone; the chip shows the title as soon as it is known.
function nameLikes(mine, signal) {
  const ids = [...mine.state.like, ...mine.state.unlike];
  for (const id of ids.filter((one) => !knowsTitle(one))) {
    fetchArtwork(id, signal).then(
      (artwork) => {
        learn([artwork]);
        if (page === mine) showAsked(mine, actions);
      },
      () => null, // the search itself says that there is no such artwork
    );
  }
}

function scrollToResults() {
  if (byId("results").getBoundingClientRect().top < 0) byId("results").scrollIntoView();
}

function takePicture(file) {
  const picture = makePicture(file);
  keepPicture(picture);
  go(asked(), picture);
}

function followLink(event) {
  const link = event.target.closest?.("a[data-state]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  byId("details").close();
  go(readState(new URL(link.href).search), link.dataset.state === "keep" ? page.picture : null);
  byId("results").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function pressKey(event) {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !byId("details").open) {
    event.preventDefault();
    byId("q").select();
  }
  if (event.key === "Escape" && byId("filters-toggle").getAttribute("aria-expanded") === "true")
    openFilters(false);
}

function openFilters(isOpen) {
  byId("filters-toggle").setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) byId("filters-toggle").focus();
}

function listen() {
  history.scrollRestoration = "manual";
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    go(asked(), page.picture);
  });
  byId("filters-toggle").addEventListener("click", (event) =>
    openFilters(event.currentTarget.getAttribute("aria-expanded") !== "true"),
  );
  document.addEventListener("click", followLink);
  document.addEventListener("keydown", pressKey);
  window.addEventListener("popstate", () => {
    keepPage(page);
    arrive();
  });
  listenForPictures(takePicture);
  listenForClose();
  walkWithArrows(byId("grid"));
}

listen();
showExamples();
arrive();
