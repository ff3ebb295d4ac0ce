// The query as code: the server writes it, for a query that was edited anew; here are the buttons.
import { element } from "./elements.js";
import { t } from "./texts.js";

/** Put a button to copy on each piece of code. */
export function addCopyButtons() {
  for (const code of document.querySelectorAll("#copies pre")) {
    const said = element("span", { class: "quiet", role: "status" });
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        said.textContent = t("コピーしました。", "Copied.");
      } catch {
        getSelection().selectAllChildren(code);
        said.textContent = t("選びました。Ctrl+C で写せます。", "Selected; Ctrl+C copies it.");
      }
    };
    const button = element("button", { type: "button", class: "second", onclick: copy }, t("コピー", "Copy"));
    code.before(element("p", { class: "buttons" }, button, said));
  }
}

/** Fetch the code of a query from this very page, keeping open what is open. */
export async function refreshCopies(query) {
  const response = await fetch(location.pathname, {
    method: "POST",
    headers: { Accept: "text/html" },
    body: new URLSearchParams({ query, edit: "1" }),
  });
  if (!response.ok) return; // the code of the query before stays
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const here = document.getElementById("copies");
  const fresh = page.getElementById("copies");
  if (!here || !fresh) return;
  const open = [...here.querySelectorAll("details[open] summary")].map((summary) => summary.textContent);
  for (const details of fresh.querySelectorAll("details"))
    details.open = open.includes(details.querySelector("summary").textContent);
  here.replaceChildren(...fresh.childNodes);
  addCopyButtons();
}
