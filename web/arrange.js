// Beside the count: whether words are filters, how hits are put together, in what they are alike.

import { el } from "./dom.js";
import { ASPECTS, isBlank } from "./state.js";

/** Build the controls once; `change(part)` asks with another part of the state. */
export function buildArrange(root, change) {
  const understand = box("Words as filters", "Names, dates and materials in the words become filters");
  const collapse = box("Alike works together", "Near-duplicates, such as states of a print, are one card");
  const group = el(
    "select",
    { "aria-label": "One card for each" },
    [
      ["", "each work"],
      ["artist", "each artist"],
      ["title", "each title"],
    ].map(([value, label]) => el("option", { value }, label)),
  );
  const aspects = new Map(ASPECTS.map((aspect) => [aspect, box(aspect)]));
  const alike = el(
    "fieldset",
    { class: "aspects" },
    el("legend", {}, "Alike in"),
    [...aspects.values()].map(({ node }) => node),
  );
  const groups = el("label", { class: "check" }, el("span", {}, "One card for"), group);
  understand.input.addEventListener("change", () =>
    change({ understand: understand.input.checked ? "apply" : "suggest" }),
  );
  collapse.input.addEventListener("change", () => change({ collapse: collapse.input.checked }));
  group.addEventListener("change", () => change({ group: group.value || null }));
  alike.addEventListener("change", () => {
    const chosen = ASPECTS.filter((aspect) => aspects.get(aspect).input.checked);
    change({ aspects: chosen.length === ASPECTS.length ? [] : chosen });
  });
  root.append(alike, understand.node, collapse.node, groups);
  const show = (state) => {
    root.hidden = isBlank(state) && !state.group && state.collapse;
    understand.node.hidden = !state.q;
    understand.input.checked = state.understand === "apply";
    collapse.input.checked = state.collapse;
    group.value = state.group ?? "";
    alike.hidden = !state.like.length;
    aspects.forEach(({ input }, aspect) => {
      input.checked = !state.aspects.length || state.aspects.includes(aspect);
    });
  };
  return { show };
}

function box(label, title = null) {
  const input = el("input", { type: "checkbox" });
  return { input, node: el("label", { class: "check", title }, input, el("span", { class: "name" }, label)) };
}
