// What scrolls sideways can be reached by the keyboard; what does not scroll is no stop.
const WIDE = "pre, .table-wrapper, .formula, .cell_output";

function reach() {
  for (const element of document.querySelectorAll(WIDE)) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

addEventListener("load", reach);
addEventListener("resize", reach);
addEventListener("toggle", reach, true);
