// A result as a chart: the first column of words along one axis, columns of numbers along the other.
import { element } from "./elements.js";
import { fetchLabels, numberOf, text } from "./terms.js";
import { t } from "./texts.js";

const MOST_POINTS = 200;
const KINDS = [
  ["bar", t("棒グラフ", "Bars")],
  ["stacked", t("積み上げ棒グラフ", "Stacked bars")],
  ["line", t("折れ線グラフ", "Lines")],
  ["pie", t("円グラフ", "Pie")],
];
const YEAR = /^([A-Z]|明治|大正|昭和|平成|令和)?(\d+|元)(年度?)?$/;
const COLOURS = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6"];

export class Chart {
  priority = 1;
  label = t("図", "Chart");

  constructor(yasr) {
    this.yasr = yasr;
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.again = () => this.chart && this.redraw();
  }

  canHandleResults() {
    const results = this.yasr.results;
    return (results?.getBindings() ?? []).length > 0 && this.numbers().length > 0;
  }

  numbers() {
    const rows = this.yasr.results.getBindings() ?? [];
    return this.yasr.results
      .getVariables()
      .filter((column) => rows.some((row) => numberOf(row[column]) !== null));
  }

  async draw() {
    const results = this.yasr.results;
    this.rows = (results.getBindings() ?? []).slice(0, MOST_POINTS);
    this.columns = results.getVariables();
    const numbers = this.numbers();
    const words = this.words(numbers);
    const kept = this.choice && this.columns.join() === this.choice.of ? this.choice : null;
    this.choice = kept ?? this.likely(words, numbers);
    const iris = this.rows.flatMap((row) =>
      words.map((word) => row[word]).filter((term) => term?.type === "uri").map((term) => term.value),
    );
    await fetchLabels(this.yasr.config.endpoint, iris);
    this.canvas = element("div", { class: "chart" });
    this.table = element("div", {});
    this.yasr.resultsEl.append(this.tools(words, numbers), this.canvas, this.note(results));
    const { init } = await import("./echarts.js");
    this.init = init;
    this.redraw();
    this.dark.addEventListener("change", this.again);
    this.size = new ResizeObserver(() => this.chart?.resize());
    this.size.observe(this.canvas);
  }

  destroy() {
    this.size?.disconnect();
    this.dark.removeEventListener("change", this.again);
    this.chart?.dispose();
    this.chart = null;
  }

  /** The columns that are no numbers: words rather than IRIs, which mostly stand beside them. */
  words(numbers) {
    const others = this.columns.filter((column) => !numbers.includes(column));
    const words = others.filter((column) => this.rows.some((row) => row[column] && row[column].type !== "uri"));
    return words.length ? words : others;
  }

  /** What is drawn first. Two columns of words that both repeat are a crossing: years along the axis. */
  likely(words, numbers) {
    const of = this.columns.join();
    const crossed = numbers.length > 0 ? words.filter((word) => this.repeats(word)) : [];
    if (crossed.length > 1) {
      const along = crossed.find((word) => this.rows.every((row) => YEAR.test(text(row[word], true)))) ?? crossed[0];
      const series = crossed.find((word) => word !== along);
      return { of, kind: "stacked", along, series, values: numbers.slice(0, 1) };
    }
    const along = words[0] ?? numbers[0];
    return { of, kind: "bar", along, series: "", values: words.length ? numbers : numbers.slice(1) };
  }

  repeats(column) {
    const values = this.rows.map((row) => text(row[column], true));
    return new Set(values).size < values.length;
  }

  note(results) {
    const all = (results.getBindings() ?? []).length;
    const cut = all > MOST_POINTS ? t(`図は最初の ${MOST_POINTS} 行だけです。`, `The chart has the first ${MOST_POINTS} rows only.`) : "";
    return element("p", { class: "quiet" }, cut + t("図の値は「表」でも読めます。", "The values stand in the table, too."));
  }

  tools(words, numbers) {
    const { choice } = this;
    const select = (label, name, options) => {
      const field = element(
        "select",
        {
          onchange: () => {
            choice[name] = field.value;
            this.redraw();
          },
        },
        ...options.map(([value, said]) => element("option", { value, selected: value === choice[name] }, said)),
      );
      return element("label", {}, `${label} `, field);
    };
    const values = element(
      "fieldset",
      {},
      element("legend", {}, t("値", "Values")),
      ...numbers.map((column) => {
        const box = element("input", {
          type: "checkbox",
          onchange: () => {
            choice.values = numbers.filter((other) =>
              other === column ? box.checked : choice.values.includes(other),
            );
            this.redraw();
          },
        });
        box.checked = choice.values.includes(column);
        return element("label", { class: "check" }, box, column);
      }),
    );
    return element(
      "div",
      { class: "toolbar" },
      select(t("図の種類", "Kind of chart"), "kind", KINDS),
      select(t("軸", "Axis"), "along", this.columns.map((column) => [column, column])),
      words.length > 1
        ? select(t("色分け", "Colours"), "series", [["", t("なし", "none")], ...words.map((word) => [word, word])])
        : null,
      numbers.length > 1 ? values : null,
    );
  }

  redraw() {
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.chart?.dispose();
    this.chart = this.init(this.canvas, null, { renderer: "svg" });
    this.chart.setOption({
      ...this.option(colour),
      color: COLOURS.map(colour),
      textStyle: { color: colour("--ink"), fontFamily: style.fontFamily },
      backgroundColor: "transparent",
      animation: false,
      aria: {
        enabled: true,
        label: { description: this.description() },
        decal: { show: this.choice.kind === "pie" || this.layers().found.size > 1 }, // not by colour alone
      },
    });
    const drawing = this.canvas.querySelector("svg");
    this.canvas.removeAttribute("aria-label");
    drawing?.setAttribute("role", "img");
    drawing?.setAttribute("aria-label", this.description());
  }

  description() {
    const kind = KINDS.find(([name]) => name === this.choice.kind)[1];
    const values = this.choice.values.join(t("、", ", "));
    return t(`${kind}: ${this.choice.along} ごとの ${values}`, `${kind}: ${values} by ${this.choice.along}`);
  }

  /** The layers of the chart: a name and its number for each place along the axis. */
  layers() {
    const { along, series, values } = this.choice;
    const places = [...new Set(this.rows.map((row) => text(row[along], true)))];
    if (places.every((place) => YEAR.test(place)))
      places.sort((a, b) => a.localeCompare(b, "ja", { numeric: true }));
    const found = new Map();
    for (const row of this.rows) {
      const place = places.indexOf(text(row[along], true));
      for (const value of values) {
        const layer = series && series !== along ? text(row[series], true) : value;
        if (!found.has(layer)) found.set(layer, places.map(() => null));
        const amount = numberOf(row[value]);
        if (amount !== null) found.get(layer)[place] = (found.get(layer)[place] ?? 0) + amount;
      }
    }
    return { places, found };
  }

  option(colour) {
    const { places, found } = this.layers();
    const { kind } = this.choice;
    const tooltip = {
      trigger: kind === "pie" ? "item" : "axis",
      backgroundColor: colour("--paper"),
      borderColor: colour("--line"),
      textStyle: { color: colour("--ink") },
    };
    const legend = { show: found.size > 1 || kind === "pie", top: 0, type: "scroll", textStyle: { color: colour("--ink") } };
    if (kind === "pie") {
      const first = [...found.values()][0] ?? [];
      const slices = places.map((name, index) => ({ name, value: first[index] ?? 0 }));
      return {
        tooltip,
        legend,
        series: [{ type: "pie", radius: "62%", top: 40, data: slices, label: { color: colour("--ink"), formatter: "{b}: {c}" } }],
      };
    }
    const axis = { axisLine: { lineStyle: { color: colour("--line") } }, axisLabel: { color: colour("--ink") } };
    const lying = kind !== "line" && (places.length > 12 || places.some((place) => place.length > 9));
    const names = {
      type: "category",
      data: places,
      inverse: lying,
      ...axis,
      axisLabel: { ...axis.axisLabel, width: lying ? 190 : 90, overflow: "truncate", interval: lying ? 0 : "auto" },
    };
    const amounts = { type: "value", ...axis, splitLine: { lineStyle: { color: colour("--hair") } } };
    this.canvas.style.height = `${lying ? Math.max(260, 90 + places.length * 26) : 400}px`;
    return {
      tooltip,
      legend,
      grid: { left: 8, right: 24, top: legend.show ? 44 : 20, bottom: 8, containLabel: true },
      xAxis: lying ? amounts : names,
      yAxis: lying ? names : amounts,
      series: [...found].map(([name, values]) => ({
        name,
        data: values,
        type: kind === "line" ? "line" : "bar",
        stack: kind === "stacked" ? "all" : undefined,
        symbolSize: 8,
      })),
    };
  }
}
