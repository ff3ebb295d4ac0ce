// Where the style sheet cannot show a closed <details> beside a wide list, open it.
const wide = window.matchMedia("(min-width: 60rem)");
if (!CSS.supports("selector(::details-content)")) {
  for (const details of document.querySelectorAll("details.narrow")) {
    details.open = wide.matches;
  }
}
