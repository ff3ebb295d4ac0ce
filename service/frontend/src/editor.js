// The rich editor: takes the place of the form on the page /sparql.
import { Yasgui } from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import { register } from "./completers.js";
import { data, element } from "./elements.js";
import { addCopyButtons, refreshCopies } from "./copies.js";
import { downloads } from "./downloads.js";
import { Results } from "./results.js";
import { t } from "./texts.js";

const { Yasqe } = Yasgui;
const root = document.getElementById("rich");
const form = document.getElementById("query-form");
const { endpoint, completions, run, asked } = root.dataset;
const address = new URL(endpoint, location.href).href;
const DRAFT = `keikaku-draft ${location.pathname}`;
const LONGEST_ADDRESS = 7_000;

register(Yasqe, completions);
start();

function start() {
  const field = form.elements.query;
  const draft = asked ? null : sessionStorage.getItem(DRAFT);
  const graphs = [...form.querySelectorAll("input[type=hidden]")].map(({ name, value }) => ({ name, value }));
  root.hidden = false;
  form.hidden = true;
  const yasqe = new Yasqe(root, settings(draft ?? field.value.replace(/^\n/, ""), graphs));
  name(yasqe);
  declare(yasqe);
  const buttons = tools(yasqe);
  const below = element("section", { class: "rich-results", "aria-label": t("結果", "Result") });
  root.append(buttons, below);
  const links = element("div", {});
  let query = "";
  const results = new Results(below, {
    endpoint: address,
    asked: () => query,
    mark: (place) => mark(yasqe, place),
  });
  results.headerEl.append(links);
  below.hidden = true;
  yasqe.on("change", () => sessionStorage.setItem(DRAFT, yasqe.getValue()));
  yasqe.on("query", () => {
    query = yasqe.getValue();
    below.setAttribute("aria-busy", "true");
    buttons.busy(true);
    unmark(yasqe);
  });
  const done = () => {
    below.removeAttribute("aria-busy");
    buttons.busy(false);
  };
  yasqe.on("queryAbort", done);
  yasqe.on("autocompletionShown", (_yasqe, widget) =>
    widget.hints.setAttribute("aria-label", t("補完の候補", "Completions")),
  );
  yasqe.on("queryResponse", (_yasqe, response, duration) => {
    done();
    below.hidden = false;
    document.getElementById("result")?.remove(); // what the server wrote for those without scripts
    document.getElementById("error")?.remove();
    results.setResponse(response, duration);
    links.replaceChildren(results.results.hasError() ? "" : downloads(endpoint, query, graphs, yasqe.getQueryType()));
    remember(query, graphs);
    refreshCopies(query);
  });
  addCopyButtons();
  window.addEventListener("resize", () => yasqe.refresh());
  if (run) yasqe.query().catch(() => {});
}

function settings(value, graphs) {
  return {
    value,
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    viewportMargin: Infinity,
    editorHeight: "auto", // it grows with the query: nothing scrolls inside that a keyboard cannot reach
    extraKeys: { Tab: false, "Shift-Tab": false }, // the keyboard must be able to leave the editor
    requestConfig: {
      endpoint: address,
      method: "POST",
      acceptHeaderGraph: "text/turtle",
      acceptHeaderSelect: "application/sparql-results+json",
      args: graphs,
    },
  };
}

/** Name the editor for those who hear the page. */
function name(yasqe) {
  const input = yasqe.getInputField();
  input.setAttribute("aria-label", t("SPARQL の問い合わせ", "SPARQL query"));
  input.id = "rich-query";
}

/** Declare the prefixes that a query uses, so that it runs at other endpoints, too. */
function declare(yasqe) {
  const there = yasqe.getPrefixesFromQuery();
  const ours = data("rich-prefixes");
  const wanted = new Set();
  for (let line = 0; line < yasqe.lineCount(); line += 1) {
    for (const token of yasqe.getLineTokens(line, true)) {
      const prefix = token.type === "string-2" ? token.string.split(":")[0] : "";
      if (prefix && ours[prefix] && !there[prefix]) wanted.add(prefix);
    }
  }
  for (const prefix of [...wanted].reverse()) yasqe.addPrefixes({ [prefix]: ours[prefix] });
}

function tools(yasqe) {
  const ask = () => run.ariaDisabled === "true" || yasqe.query().catch(() => {});
  const run = element("button", { type: "button", "aria-disabled": "false", onclick: ask }, t("実行", "Run"));
  const stop = element(
    "button",
    { type: "button", class: "second", hidden: true, onclick: () => yasqe.abortQuery() },
    t("中止", "Stop"),
  );
  const said = element("span", { class: "quiet", role: "status" });
  const share = element(
    "button",
    { type: "button", class: "second", onclick: () => shareLink(yasqe.getValue(), said) },
    t("リンクをコピー", "Copy link"),
  );
  const tidy = element(
    "button",
    { type: "button", class: "second", onclick: () => yasqe.autoformat() },
    t("字下げを整える", "Tidy up"),
  );
  const help = element(
    "p",
    { class: "quiet keys" },
    t("Ctrl+Enter で実行、Ctrl+Space で補完(名前でも探せます)、Ctrl+/ で注釈", "Ctrl+Enter runs, Ctrl+Space completes (labels work, too), Ctrl+/ comments out"),
  );
  const bar = element("div", { class: "toolbar rich-tools" }, run, stop, share, tidy, said, help);
  bar.busy = (busy) => {
    stop.hidden = !busy;
    run.ariaDisabled = String(busy);
    said.textContent = busy ? t("問い合わせています…", "Running…") : "";
  };
  return bar;
}

async function shareLink(query, said) {
  const link = new URL(location.pathname, location.href);
  link.search = new URLSearchParams({ query, edit: "1" });
  try {
    await navigator.clipboard.writeText(link.href);
    said.textContent = t("リンクをコピーしました。", "The link is copied.");
  } catch {
    location.href = link.href; // the address bar has it
  }
}

/** Let the address, and the link to the other language, lead to the query that was run. */
function remember(query, graphs) {
  const parameters = new URLSearchParams([["query", query], ["edit", "1"], ...graphs.map(({ name, value }) => [name, value])]);
  if (parameters.toString().length > LONGEST_ADDRESS) return;
  history.replaceState(null, "", `?${parameters}`);
  const other = document.querySelector("a.language");
  if (other) other.search = `?${parameters}`;
}

function mark(yasqe, { line, column }) {
  yasqe.addLineClass(line - 1, "background", "fault-line");
  yasqe.getDoc().setCursor({ line: line - 1, ch: Math.max((column ?? 1) - 1, 0) });
}

function unmark(yasqe) {
  for (let line = 0; line < yasqe.lineCount(); line += 1) yasqe.removeLineClass(line, "background", "fault-line");
}
