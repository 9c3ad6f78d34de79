// The words this page uses for what the API answers.

import { count } from "./dom.js";

const LEGS = {
  catalogue: "Meaning of the words",
  lexical: "The very words",
  exact: "Named by the words",
  text_picture: "Words against pictures",
  picture: "Your picture",
  like_catalogue: "Alike in description",
  like_picture: "Alike in picture",
  like_subject: "Alike in subject",
  like_artist: "By the same artist",
  like_period: "From the same years",
  like_imported: "Alike by vectors of others",
};

const FIELD_NAMES = {
  artist: "Artist",
  classification: "Classification",
  medium: "Medium",
  subject: "Subject",
  movement: "Movement",
  collection: "Collection",
};

const LICENCES = [
  [/creativecommons\.org\/publicdomain\/zero/, () => "CC0 1.0"],
  [/creativecommons\.org\/publicdomain\/mark/, () => "Public Domain Mark"],
  [/creativecommons\.org\/licenses\/([a-z-]+)\/([\d.]+)/, (m) => `CC ${m[1].toUpperCase()} ${m[2]}`],
  [/rightsstatements\.org\/(?:vocab|page)\/([A-Za-z-]+)/, (m) => `RightsStatements.org: ${m[1]}`],
];

const RIGHTS = { open: "Open", restricted: "Restricted", unknown: "Not known" };

export const legName = (leg) => LEGS[leg] ?? leg;
export const fieldName = (field) => FIELD_NAMES[field] ?? field;
export const rightsStatus = (status) => RIGHTS[status] ?? status;

/** Name a licence by its address; another statement stays as it is. */
export function licenceName(statement) {
  for (const [pattern, name] of LICENCES) {
    const match = pattern.exec(statement);
    if (match) return name(match);
  }
  return statement;
}

/** Title as shown. */
export const titleOf = (artwork) => artwork.title || "Untitled";

/** Who made it, and how: "after J. M. W. Turner". */
export const makerOf = ({ name, role }) =>
  role && role.toLowerCase() !== "artist" ? `${role} ${name}` : name;

/** All makers in one line; null where none is known. */
export const makersOf = (artwork) => (artwork.artists ?? []).map(makerOf).join(", ") || null;

/** A span of years: "1840–1926", "born 1965", "100 BC–20". */
export function lifeOf({ begin, end }) {
  if (begin == null && end == null) return null;
  if (end == null) return `born ${year(begin)}`;
  if (begin == null) return `died ${year(end)}`;
  return begin === end ? year(begin) : `${year(begin)}–${year(end)}`;
}

/** Date as the museum writes it, or the years read from it. */
export function dateOf({ date, begin, end }) {
  if (date) return date;
  if (begin == null && end == null) return null;
  if (begin === end) return year(begin);
  if (begin == null) return `until ${year(end)}`;
  return end == null ? `from ${year(begin)}` : `${year(begin)}–${year(end)}`;
}

/** Years of the filter. */
export function yearsOf({ from, to }) {
  if (from === null) return `until ${year(to)}`;
  return to === null ? `from ${year(from)}` : `${year(from)}–${year(to)}`;
}

const year = (number) => (number < 0 ? `${-number} BC` : String(number));

/** One line on how a leg was searched. */
export function planLine(plan) {
  const { kind, target, measured } = plan.recall;
  const promise = [
    kind,
    target != null && `to recall ${target}`,
    measured != null && `(measured ${measured.toFixed(3)})`,
  ];
  const parts = [
    plan.strategy,
    promise.filter(Boolean).join(" "),
    plan.nprobe != null && `nprobe ${plan.nprobe}`,
    `${count(plan.rows_scored)} of ${count(plan.rows_matching)} rows scored`,
  ];
  return parts.filter(Boolean).join(", ");
}
