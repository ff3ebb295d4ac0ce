// Links to the same result as a file; the server writes them, CSV with the BOM that Excel needs.
import { element } from "./elements.js";
import { t } from "./texts.js";

const ROWS = [
  ["CSV", { format: "csv", bom: "1" }],
  ["JSON", { format: "json" }],
  ["TSV", { format: "tsv" }],
  ["XML", { format: "xml" }],
];
const GRAPHS = [
  ["Turtle", { format: "turtle" }],
  ["N-Triples", { format: "nt" }],
  ["JSON-LD", { format: "jsonld" }],
  ["RDF/XML", { format: "rdf" }],
];

export function downloads(endpoint, query, graphs, type) {
  const offers = ["CONSTRUCT", "DESCRIBE"].includes(type) ? GRAPHS : ROWS;
  return element(
    "ul",
    { class: "downloads", "aria-label": t("ダウンロード", "Downloads") },
    ...offers.map(([label, format]) => {
      const parameters = new URLSearchParams([
        ["query", query],
        ...graphs.map(({ name, value }) => [name, value]),
        ...Object.entries(format),
      ]);
      return element("li", {}, element("a", { href: `${endpoint}?${parameters}`, download: true }, label));
    }),
  );
}
