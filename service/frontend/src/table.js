// The table of a result: pages of rows, sorted by any column, filtered, with labels.
import { element } from "./elements.js";
import { fetchLabels, numberOf, shown, text } from "./terms.js";
import { number, t } from "./texts.js";

const SIZES = [50, 200, 1000];

export class Table {
  priority = 10;
  label = t("表", "Table");

  constructor(yasr) {
    this.yasr = yasr;
    this.labelled = true;
    this.size = SIZES[0];
  }

  canHandleResults() {
    return (this.yasr.results?.getVariables() ?? []).length > 0;
  }

  async draw() {
    const results = this.yasr.results;
    this.columns = results.getVariables();
    this.rows = results.getBindings() ?? [];
    this.start = 0;
    this.order = null;
    this.words = "";
    this.body = element("div", {});
    this.yasr.resultsEl.append(this.tools(), this.body);
    await this.redraw();
  }

  tools() {
    const filter = element("input", {
      type: "search",
      id: "rich-filter",
      oninput: () => {
        this.words = filter.value.normalize("NFKC").toLowerCase();
        this.start = 0;
        this.redraw();
      },
    });
    const labelled = element("input", {
      type: "checkbox",
      onchange: () => {
        this.labelled = labelled.checked;
        this.redraw();
      },
    });
    labelled.checked = this.labelled;
    const size = element(
      "select",
      {
        onchange: () => {
          this.size = Number(size.value);
          this.start = 0;
          this.redraw();
        },
      },
      ...SIZES.map((value) => element("option", { value, selected: value === this.size }, number(value))),
    );
    return element(
      "div",
      { class: "toolbar" },
      element("label", {}, t("絞り込み ", "Filter "), filter),
      element("label", { class: "check" }, labelled, t("IRI を名前で示す", "Names for IRIs")),
      element("label", {}, t("一度に示す行 ", "Rows at a time "), size),
    );
  }

  async redraw() {
    const rows = this.ordered();
    const page = rows.slice(this.start, this.start + this.size);
    if (this.labelled) {
      const iris = page.flatMap((row) =>
        Object.values(row).filter((term) => term.type === "uri").map((term) => term.value),
      );
      await fetchLabels(this.yasr.config.endpoint, iris);
    }
    const caption = t("結果の表", "Table of results");
    const table = element(
      "table",
      { class: "result" },
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, ...this.columns.map((column) => this.head(column)))),
      element(
        "tbody",
        {},
        ...page.map((row) =>
          element(
            "tr",
            {},
            ...this.columns.map((column) =>
              element(
                "td",
                numberOf(row[column]) === null ? {} : { class: "right" },
                shown(row[column], this.labelled),
              ),
            ),
          ),
        ),
      ),
    );
    const wrapper = element("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption }, table);
    this.body.replaceChildren(this.count(rows.length, page.length), wrapper, this.pager(rows.length));
    for (const name of this.focus ? [this.focus] : [])
      [...this.body.querySelectorAll("button")].find((button) => button.dataset.name === name)?.focus();
    this.focus = null;
  }

  ordered() {
    const found = this.words
      ? this.rows.filter((row) =>
          this.columns.some((column) =>
            text(row[column], this.labelled).normalize("NFKC").toLowerCase().includes(this.words),
          ),
        )
      : this.rows;
    if (!this.order) return found;
    const { column, down } = this.order;
    const sorted = [...found].sort((a, b) => compare(a[column], b[column], this.labelled));
    return down ? sorted.reverse() : sorted;
  }

  head(column) {
    const here = this.order?.column === column;
    const sign = here ? (this.order.down ? "▼" : "▲") : "";
    const sort = element(
      "button",
      {
        type: "button",
        class: "sort",
        "data-name": `sort-${column}`,
        title: t("この列で並べ替える", "Sort by this column"),
        onclick: () => {
          this.order = here && this.order.down ? null : { column, down: here };
          this.start = 0;
          this.focus = `sort-${column}`;
          this.redraw();
        },
      },
      column,
      element("span", { "aria-hidden": "true" }, sign && ` ${sign}`),
    );
    const order = here ? (this.order.down ? "descending" : "ascending") : "none";
    const right = this.rows.some((row) => numberOf(row[column]) !== null) ? "right" : undefined;
    return element("th", { scope: "col", "aria-sort": order, class: right }, sort);
  }

  count(found, page) {
    const all = number(found);
    const from = number(this.start + 1);
    const to = number(this.start + page);
    const said =
      page === found
        ? t(`${all} 件`, `${all} ${found === 1 ? "row" : "rows"}`)
        : t(`${all} 件のうち ${from}–${to} 件目`, `Rows ${from}–${to} of ${all}`);
    return element("p", { class: "count", role: "status" }, said);
  }

  pager(found) {
    if (found <= this.size) return "";
    const turn = (label, name, start) =>
      element(
        "button",
        {
          type: "button",
          class: "second",
          "data-name": name,
          disabled: start < 0 || start >= found,
          onclick: () => {
            this.start = start;
            this.focus = name;
            this.redraw();
          },
        },
        label,
      );
    return element(
      "div",
      { class: "pager" },
      turn(t("前へ", "Previous"), "previous", this.start - this.size),
      turn(t("次へ", "Next"), "next", this.start + this.size),
    );
  }
}

function compare(a, b, labelled) {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x - y;
  return text(a, labelled).localeCompare(text(b, labelled), "ja", { numeric: true });
}
