// The REST API as this page uses it.

import { FIELDS, filterOf } from "./state.js";
import { splitWords } from "./phrases.js";

export const PAGE_SIZE = 24;

/** An answer that says what went wrong, in words. */
export class Problem extends Error {
  constructor({ title, status = 0, detail = null, errors = [], retryAfterS = null }) {
    super(title);
    Object.assign(this, { title, status, detail, errors, retryAfterS });
  }
}

/** Search: one page of hits, with facets on the first page. Raises Problem, or AbortError. */
export async function search(state, { picture, cursor = null, signal }) {
  const { q, understand, plain } = splitWords(state);
  return post(
    {
      q: q || null,
      understand,
      inputs: inputsOf(state, plain),
      aspects: state.aspects.length ? state.aspects : null,
      collapse: state.collapse,
      group_by: state.group,
      image: (await picture?.base64()) ?? null,
      like: state.like,
      filter: filterOf(state),
      limit: PAGE_SIZE,
      cursor,
      facets: cursor ? [] : FIELDS,
    },
    signal,
  );
}

const inputsOf = (state, plain) => [
  ...plain.map((text) => ({ text, weight: 1 })),
  ...state.not.map((text) => ({ text, weight: -1 })),
  ...state.unlike.map((artwork) => ({ artwork, weight: -1 })),
];

/**
 * Count the values of one field as if it were not filtered, so that its other values can be added.
 *
 * `understood` is the filter that the words were read as.
 */
export async function openFacet(state, field, { understood, signal }) {
  const body = {
    q: null,
    image: null,
    like: [],
    filter: filterOf(state, { without: field, understood }),
    limit: 1,
    cursor: null,
    facets: [field],
  };
  return (await post(body, signal)).facets[field] ?? [];
}

/** Read one artwork. */
export const fetchArtwork = (id, signal) => call(`/v1/artworks/${encodeURIComponent(id)}`, { signal });

const post = (body, signal) =>
  call("/v1/search", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });

async function call(address, options) {
  try {
    const response = await fetch(address, options);
    if (!response.ok) throw await readProblem(response);
    return await response.json();
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw new Problem({
      title: "The service cannot be reached",
      detail: "It may be starting, or the connection is gone.",
    });
  }
}

async function readProblem(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem({
    title: body.title || response.statusText || `Error ${response.status}`,
    status: response.status,
    detail: body.detail ?? null,
    errors: Array.isArray(body.errors) ? body.errors : [],
    retryAfterS: Number(response.headers.get("Retry-After")) || null,
  });
}
