// What the editor proposes while one types: our ontology's terms and the things of the release,
// from this server alone, in place of yasgui's completers, which ask sites on the internet.
import { data, element } from "./elements.js";
import { short } from "./terms.js";
import { language } from "./texts.js";

const MOST = 60;
const KNOWN = ["variables", "prefixes", "class", "property", "thing"];

/** Register our completers in the place of yasqe's; `address` gives the terms, if there are any. */
export function register(Yasqe, address) {
  const terms = address ? fetch(address).then((response) => (response.ok ? response.json() : {})) : Promise.resolve({});
  const { variables, prefixes, class: classes, property } = Yasqe.Autocompleters;
  for (const name of Object.keys(Yasqe.Autocompleters)) delete Yasqe.Autocompleters[name];
  const ours = Object.entries(data("rich-prefixes")).map(([name, iri]) => `${name}: <${iri}>`);
  const completers = [
    variables,
    { ...prefixes, get: () => ours, persistenceId: null },
    completer("class", classes.isValidCompletionPosition, terms.then((found) => found.classes)),
    completer("property", property.isValidCompletionPosition, terms.then((found) => found.properties)),
    completer("thing", isObject, terms.then((found) => found.things)),
  ];
  Yasqe.defaults.autocompleters = [];
  for (const one of completers) Yasqe.registerAutocompleter(one);
  Yasqe.defaults.autocompleters = [...KNOWN];
}

function completer(name, isValidCompletionPosition, terms) {
  let found = [];
  terms.then((all) => {
    found = (all ?? []).map((term) => ({ ...term, short: short(term.iri) }));
  });
  const byText = new Map();
  return {
    name,
    bulk: false,
    autoShow: true,
    isValidCompletionPosition,
    get: (_yasqe, token) => {
      const typed = (token?.string ?? "").trim().replace(/^<|>$/g, "").toLowerCase();
      if (!typed) return [];
      const chosen = found
        .filter((term) => matches(term, typed))
        .sort((a, b) => rank(a, typed) - rank(b, typed))
        .slice(0, MOST);
      for (const term of chosen) byText.set(written(term), term);
      return chosen.map(written);
    },
    postprocessHints: (_yasqe, hints) => {
      for (const hint of hints) {
        const term = byText.get(hint.text);
        if (term) hint.render = (row) => row.append(...described(term));
      }
      return hints;
    },
  };
}

/** A term is found by its short name, its IRI, or a part of its label in either language. */
function matches(term, typed) {
  return (
    term.short.toLowerCase().startsWith(typed) ||
    term.iri.toLowerCase().startsWith(typed) ||
    (typed.length > 1 || !/^[a-z]/.test(typed)
      ? [term.ja, term.en].some((label) => label?.toLowerCase().includes(typed))
      : false)
  );
}

/** Lower for what is more likely meant: by its short name, then by the beginning of its label. */
function rank(term, typed) {
  if (term.short.toLowerCase().startsWith(typed)) return 0;
  const begins = [term.ja, term.en].some((label) => label?.toLowerCase().startsWith(typed));
  return (begins ? 1 : 2) + (term.short.includes(":") ? 0 : 2);
}

const written = (term) => (term.short.includes(":") && term.short !== term.iri ? term.short : `<${term.iri}>`);

function described(term) {
  const label = term[language] || term.ja || term.en || "";
  return [
    element("span", { class: "hint-term" }, written(term).replace(/^<.*>$/, term.short)),
    element("span", { class: "hint-label" }, label),
  ];
}

/** Tell whether the cursor stands where an object may be written. */
function isObject(yasqe) {
  const token = yasqe.getCompleteToken();
  if (!token.string.trim() || /^[?$"'{}().;,]/.test(token.string)) return false;
  if (token.type === "comment" || token.type === "string") return false;
  const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
  if (/^(prefix|base)$/i.test(before.string) || ["a", "rdf:type"].includes(before.state.lastProperty)) return false;
  return !token.state.possibleCurrent.includes("a");
}
