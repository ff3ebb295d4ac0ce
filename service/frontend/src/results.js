// The results below the editor: yasr with a head of our own, in the language of the page.
import { Yasgui } from "@zazuko/yasgui";
import { Chart } from "./chart.js";
import { element } from "./elements.js";
import { Fault, Response, Truth } from "./others.js";
import { Table } from "./table.js";
import { t } from "./texts.js";

const { Yasr } = Yasgui;
for (const name of Object.keys(Yasr.defaults.plugins)) delete Yasr.defaults.plugins[name];
const VIEWS = { table: Table, chart: Chart, response: Response, truth: Truth, error: Fault };
for (const [name, view] of Object.entries(VIEWS)) Yasr.registerPlugin(name, view);

/** Shows what came of a query; what yasr says of itself in English gives way to ours. */
export class Results extends Yasr {
  constructor(parent, settings) {
    super(parent, {
      persistenceId: null,
      pluginOrder: Object.keys(VIEWS),
      defaultPlugin: "table",
      ...settings,
    });
  }

  drawHeader() {
    this.views = element("div", { class: "views", role: "group", "aria-label": t("結果の見せ方", "Views of the result") });
    this.said = element("p", { class: "quiet" });
    this.headerEl.append(this.views, this.said);
    this.pluginControls = element("div", {});
  }

  updatePluginSelectors(able = []) {
    if (!able.length) return; // it is drawn in a moment, and asked again
    const views = this.config.pluginOrder.filter((name) => !this.plugins[name].hideFromSelection);
    this.views.replaceChildren(
      ...views.map((name) =>
        element(
          "button",
          {
            type: "button",
            class: "second",
            "aria-pressed": String(name === this.drawn()),
            disabled: !able.includes(name),
            onclick: () => this.selectPlugin(name),
          },
          this.plugins[name].label,
        ),
      ),
    );
    this.views.hidden = this.results.hasError();
  }

  /** The view that is on the page: the chosen one, or the best where that cannot show the result. */
  drawn() {
    const chosen = this.getSelectedPluginName();
    return this.plugins[chosen]?.canHandleResults() ? chosen : this.getCompatiblePlugins()[0];
  }

  updateResponseInfo() {
    const time = this.results && !this.results.hasError() ? this.results.getResponseTime() : 0;
    const seconds = (time / 1000).toFixed(time < 10_000 ? 2 : 0);
    this.said.textContent = time ? t(`${seconds} 秒`, `${seconds} seconds`) : "";
  }

  fillFallbackBox() {}
  updateHelpButton() {}
  updateExportHeaders() {}
}
