// The other ways to show a result: yes or no, the response as it came, and what went wrong.
import { element } from "./elements.js";
import { language, t } from "./texts.js";

const AROUND = 1; // lines shown before and after the one with the fault
const LONGEST = 200_000;

export class Truth {
  priority = 20;
  label = t("答え", "Answer");
  hideFromSelection = true;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return this.yasr.results?.getBoolean() !== undefined;
  }

  draw() {
    const value = this.yasr.results.getBoolean();
    const said = value ? t("はい", "Yes") : t("いいえ", "No");
    this.yasr.resultsEl.append(
      element("p", { class: "truth", role: "status" }, `${said} `, element("code", { class: "quiet" }, String(value))),
    );
  }
}

export class Response {
  priority = 0;
  label = t("応答そのもの", "Raw response");

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results && !this.yasr.results.hasError());
  }

  draw() {
    const results = this.yasr.results;
    const whole = results.getOriginalResponseAsString();
    const cut = whole.length > LONGEST;
    this.yasr.resultsEl.append(
      element("p", { class: "quiet" }, results.getContentType() ?? ""),
      cut
        ? element("p", { class: "notice" }, t("長いので、はじめの部分だけを示しています。", "It is long; only its beginning is shown."))
        : "",
      element("pre", { class: "raw", tabindex: "0", "aria-label": this.label }, whole.slice(0, LONGEST)),
    );
  }
}

export class Fault {
  priority = 30;
  label = t("誤り", "Error");
  hideFromSelection = true;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.hasError());
  }

  draw() {
    const problem = problemOf(this.yasr.results.getError().text);
    this.yasr.resultsEl.append(
      element(
        "div",
        { class: "notice", role: "alert" },
        element("p", {}, element("strong", {}, problem[language])),
        problem.line ? lines(this.yasr.config.asked(), problem) : "",
      ),
    );
    if (problem.line) this.yasr.config.mark(problem);
  }
}

/** What our server says of an error, or what the browser says where the server did not answer. */
function problemOf(text) {
  try {
    const found = JSON.parse(text);
    if (found && typeof found.ja === "string") return found;
  } catch {
    // not from our server: it is shown as it is below
  }
  const why = text ? ` (${text})` : "";
  return {
    ja: `サーバーから答えを受け取れませんでした。${why}`,
    en: `There was no answer from the server.${why}`,
  };
}

function lines(query, { line, column }) {
  const all = query.split("\n");
  const shown = [];
  for (let number = Math.max(line - AROUND, 1); number <= Math.min(line + AROUND, all.length); number += 1) {
    const text = all[number - 1];
    const place = Math.max(Math.min(column ?? 1, text.length) - 1, 0);
    const content =
      number === line
        ? [text.slice(0, place), element("mark", {}, text.slice(place, place + 1) || " "), text.slice(place + 1)]
        : [text];
    shown.push(
      element("span", { class: number === line ? "line at" : "line" }, element("span", { class: "lineno" }, String(number)), ...content, "\n"),
    );
  }
  const said = t("誤りのある行", "The line with the error");
  return element("pre", { class: "fault", tabindex: "0", "aria-label": said }, element("code", {}, ...shown));
}
