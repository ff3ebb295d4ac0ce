// The mark beside a value opens the source in a window over the page; without this it is a link.

const MARKS = "a.source, a.word";
const KEPT = "#source";
const SEEN = 160; // pixels of a cell that are enough to see it; the labels beside it stay then
const LOOKS = "/static/css/things.css";

let opened = null;
let asked = 0;

function texts() {
  const english = document.documentElement.lang === "en";
  return english
    ? { close: "Close", page: "Open as a page", wait: "Loading…" }
    : { close: "閉じる", page: "頁として開く", wait: "読み込んでいます…" };
}

function element(name, given = {}, ...children) {
  const made = Object.assign(document.createElement(name), given);
  made.append(...children);
  return made;
}

/** Let a source look as on its own page, on pages that have no tables of the document. */
function dress() {
  if (document.querySelector(`link[href="${LOOKS}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href: LOOKS }));
}

function makeWindow() {
  dress();
  const said = texts();
  const title = element("h2", { id: "source-window-title", tabIndex: -1 });
  const page = element("a", { textContent: said.page });
  const close = element("button", { type: "button", className: "second", textContent: said.close });
  const body = element("div", { className: "body" });
  const made = element(
    "dialog",
    { className: "source-window" },
    element("header", {}, title, element("span", { className: "buttons" }, page, close)),
    body,
  );
  made.setAttribute("aria-labelledby", title.id);
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close();
  });
  document.body.append(made);
  return { made, title, page, body };
}

function show(answer, address) {
  const found = new DOMParser().parseFromString(answer, "text/html");
  const source = found.querySelector(KEPT);
  const heading = found.querySelector("h1");
  if (!source || !heading) return false;
  opened.title.textContent = heading.textContent.trim();
  opened.page.href = address;
  source.removeAttribute("id");
  opened.body.replaceChildren(document.importNode(source, true));
  opened.body.querySelector(".here")?.removeAttribute("id");
  reveal(opened.body);
  opened.title.focus();
  return true;
}

async function open(address) {
  opened ??= makeWindow();
  const mine = ++asked;
  opened.title.textContent = texts().wait;
  opened.page.href = address;
  opened.body.replaceChildren();
  if (!opened.made.open) opened.made.showModal();
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const text = await answer.text();
    if (mine === asked && !(answer.ok && show(text, address))) location.assign(address);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // the network failed: the link still works
    if (mine === asked) location.assign(address);
  }
}

function plainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest?.(MARKS);
  if (!mark || event.defaultPrevented || !plainClick(event)) return;
  if (!window.HTMLDialogElement) return;
  event.preventDefault();
  open(mark.href);
});

// In a wide or long table the marked cell is brought into sight, without moving the page.
function reveal(root) {
  for (const cell of root.querySelectorAll(".source-table td.here")) {
    const frame = cell.closest(".source-table");
    const within = cell.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    const below = within.bottom - around.bottom;
    const hidden = within.left > around.right - SEEN;
    if (below > 0) frame.scrollTop += below + around.height / 3;
    if (hidden) frame.scrollLeft += within.left - around.left - around.width / 3;
  }
}

reveal(document);
