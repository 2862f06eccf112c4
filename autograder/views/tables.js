// Sorts, filters and shortens tables, and opens what a link leads to. The page is whole without it.
document.documentElement.classList.add("js");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const amount = (cell) => parseFloat(/-?\d[\d.]*/.exec(cell.textContent) ?? "-1");

function arrange(tools) {
  const table = tools.nextElementSibling.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const [find, who, sort] = [".find", ".who", ".sort"].map((name) => tools.querySelector(name));
  const [said, all] = [tools.querySelector("[role=status]"), tools.querySelector(".all")];
  const first = [...body.rows].map((row) => ({
    row, words: plain(row.cells[0].textContent), marks: (row.dataset.marks ?? "").split(" "),
  }));
  let rows = first;
  let most = Number(table.dataset.limit);
  let [column, falling] = [-1, false];

  function show() {
    const asked = plain(find.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { row, words, marks } of rows) {
      const fits = asked.every((word) => words.includes(word)) && (!who.value || marks.includes(who.value));
      found += fits;
      row.classList.toggle("off", !fits || found > most);
    }
    const shown = Math.min(found, most);
    said.textContent = `${shown.toLocaleString("en")} of ${found.toLocaleString("en")} shown`;
    all.hidden = shown === found;
  }

  function order() {
    const turn = falling ? -1 : 1;
    rows = column < 0 ? first : [...rows].sort((a, b) => turn * (column === 0
      ? a.words.localeCompare(b.words) : amount(a.row.cells[column]) - amount(b.row.cells[column])));
    heads.forEach((head, place) => {
      if (place === column) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    body.append(...rows.map((item) => item.row));
    show();
  }

  sort.addEventListener("change", () => {
    column = Number(sort.value);
    falling = false;
    order();
  });
  heads.forEach((head, place) => head.addEventListener("click", () => {
    falling = column === place && !falling;
    column = place;
    sort.value = String(place);
    order();
  }));
  find.addEventListener("input", show);
  who.addEventListener("change", show);
  all.addEventListener("click", () => { most = Infinity; show(); find.focus(); });
  // On paper nobody can ask for the rest.
  let onScreen = most;
  addEventListener("beforeprint", () => { onScreen = most; most = Infinity; show(); });
  addEventListener("afterprint", () => { most = onScreen; show(); });
  show();
  table.classList.add("ready");
}

// What a link leads to may be folded away.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
  const people = target.querySelector(":scope > .people");
  if (people) people.open = true;
  target.scrollIntoView();
}

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".tools").forEach(arrange);
  // A box is a stop of the tabulator key only while it scrolls.
  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }));
  document.querySelectorAll(".scroll").forEach((box) => watch.observe(box));
  if (location.hash) reveal();
  addEventListener("hashchange", reveal);
  // The same link once more changes no address.
  addEventListener("click", (event) => {
    if (event.target.closest('a[href^="#"]')) setTimeout(reveal);
  });
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((box) => { box.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((box) => { box.open = false; }));
});
