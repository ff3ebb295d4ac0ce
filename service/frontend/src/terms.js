// RDF terms as people see them: short names, links to pages of this site, labels.
import { data, element } from "./elements.js";
import { language } from "./texts.js";

const prefixes = Object.entries(data("rich-prefixes"));
const roots = Object.entries(data("rich-roots"));
const LOCAL = /^[\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*$/u;
const PLAIN = ["string", "integer", "boolean", "decimal"].map(
  (name) => `http://www.w3.org/2001/XMLSchema#${name}`,
);
const MOST_AT_ONCE = 200;

/** An IRI by its prefix where that can be written, else by its path below a root, else whole. */
export function short(iri) {
  for (const [prefix, namespace] of prefixes) {
    if (iri.startsWith(namespace) && LOCAL.test(iri.slice(namespace.length)))
      return `${prefix}:${iri.slice(namespace.length)}`;
  }
  const root = roots.find(([start, path]) => iri.startsWith(start) && path.endsWith("/"));
  return root ? iri.slice(root[0].length) : iri;
}

function address(iri) {
  const root = roots.find(([start]) => iri.startsWith(start));
  if (root) {
    const rest = iri.slice(root[0].length);
    return root[1] + (root[1].endsWith("#") ? rest : rest.split("/").map(encodeURIComponent).join("/"));
  }
  return /^https?:/.test(iri) ? iri : undefined;
}

/** The labels that were asked for by now; null for what has none. */
const labels = new Map();

/** Ask the endpoint for the labels of IRIs, many at a time; none is asked for twice. */
export async function fetchLabels(endpoint, iris) {
  const wanted = [...new Set(iris)].filter((iri) => !labels.has(iri) && !/[\s<>"{}|\\^`]/.test(iri));
  for (let from = 0; from < wanted.length; from += MOST_AT_ONCE) {
    const some = wanted.slice(from, from + MOST_AT_ONCE);
    const values = some.map((iri) => `<${iri}>`).join(" ");
    const query = `SELECT ?thing (MIN(STR(?any)) AS ?label) WHERE { VALUES ?thing { ${values} } ?thing rdfs:label ?any FILTER (LANG(?any) = "${language}") } GROUP BY ?thing`;
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { Accept: "application/sparql-results+json" },
      body: new URLSearchParams({ query }),
    });
    if (!response.ok) return; // a table without labels is whole all the same
    for (const iri of some) labels.set(iri, null);
    for (const row of (await response.json()).results.bindings)
      labels.set(row.thing.value, row.label.value);
  }
}

export const labelOf = (iri) => labels.get(iri) ?? null;

/** What a term says as plain text: its label if `labelled`, else its short name or its value. */
export function text(term, labelled) {
  if (!term) return "";
  if (term.type !== "uri") return term.value;
  return (labelled && labelOf(term.value)) || short(term.value);
}

/** A term as a person sees it in a table. */
export function shown(term, labelled) {
  if (!term) return "";
  if (term.type === "uri") {
    const label = labelled ? labelOf(term.value) : null;
    const href = address(term.value);
    const name = label ?? short(term.value);
    const body = href ? element("a", { href, title: term.value }, name) : name;
    return label ? element("span", {}, body, element("span", { class: "note" }, short(term.value))) : body;
  }
  const datatype = term.datatype && !PLAIN.includes(term.datatype) ? `^^${short(term.datatype)}` : "";
  const note = term["xml:lang"] ? `@${term["xml:lang"]}` : datatype;
  return note && !note.includes("langString")
    ? element("span", {}, term.value, element("span", { class: "note" }, note))
    : term.value;
}

const NUMBERS = /XMLSchema#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;

/** The number that a term is, or null. */
export function numberOf(term) {
  if (!term || term.type === "uri" || !NUMBERS.test(term.datatype ?? "")) return null;
  const value = Number(term.value);
  return Number.isFinite(value) ? value : null;
}
