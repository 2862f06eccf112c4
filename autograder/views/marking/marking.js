"use strict";
// Learners' words are only ever set as text; nothing here makes markup of them.
const $ = (id) => document.getElementById(id);
let data = { questions: [], answers: [] };
let place = 0;
// Whose comment the field holds.
let commented = null;
// Comments that are not in the table yet, by answer: they stay in the field until they are.
const unsaved = new Map();

const question = () => data.questions.find((item) => item.id === $("question").value);
const answers = () => data.answers.filter((item) => item.question === $("question").value);
const answer = () => answers()[place];
const complete = (item) => item.points.every((points) => points !== null);
const known = ({ key, question: name }) => `${key} ${name}`;
const shown = (points) => String(Math.round(points * 100) / 100);

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function say(words, failed = false) {
  $("status").textContent = words;
  $("status").className = failed ? "failed" : "";
}

async function change(asked, of = answer()) {
  const { key, question: name } = of;
  say("Saving …");
  try {
    const reply = await fetch("answers", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key, question: name, ...asked }),
    });
    const found = await reply.json();
    if (!reply.ok) throw new Error(found.error);
    data = found;
    if (unsaved.get(known(of)) === asked.comment) unsaved.delete(known(of));
    say("Saved.");
  } catch (error) {
    say(`Not saved: ${error.message}`, true);
  }
  draw();
}

function give(number, points) {
  return change({ item: number, points });
}

// All, half, none, and no mark at all.
function cycle(number) {
  const of = question().of;
  const steps = [null, of, of / 2, 0];
  const now = steps.indexOf(answer().points[number - 1]);
  return give(number, steps[(now + 1) % steps.length]);
}

function drawItems() {
  const { items, of } = question();
  const focused = document.activeElement?.dataset?.mark;
  $("items").replaceChildren(...items.map((text, index) => {
    const row = element("li", text);
    const group = element("div", "", { class: "points", role: "group", "aria-label": `Points for item ${index + 1}` });
    for (const points of [of, of / 2, 0]) {
      const pressed = answer().points[index] === points;
      const button = element("button", shown(points), {
        type: "button", "aria-pressed": pressed, "data-mark": `${index}:${points}`,
      });
      button.addEventListener("click", () => give(index + 1, pressed ? null : points));
      group.append(button);
    }
    row.append(group);
    return row;
  }));
  if (focused) document.querySelector(`[data-mark="${focused}"]`)?.focus();
}

function drawComments() {
  if (document.activeElement !== $("comment")) {
    commented = answer();
    $("comment").value = unsaved.get(known(commented)) ?? commented.comment;
  }
  const used = new Set(answers().map((item) => item.comment).filter(Boolean));
  used.delete(answer().comment);
  $("used").replaceChildren(...[...used].map((text) => {
    const button = element("button", text, { type: "button" });
    button.addEventListener("click", () => write(answer(), text));
    return button;
  }));
}

function draw() {
  const all = answers();
  place = Math.max(0, Math.min(place, all.length - 1));
  const now = all[place];
  $("progress").textContent = `${all.filter(complete).length} of ${all.length} marked`;
  $("who").textContent = `Answer ${place + 1} of ${all.length}${$("names").checked ? ` · ${now.learner}` : ""}`;
  $("answer").innerHTML = now.answer;  // escaped, with formulas drawn
  drawItems();
  const sum = now.points.reduce((total, points) => total + (points ?? 0), 0);
  const most = now.points.length * question().of;
  $("sum").textContent = complete(now) ? `${shown(sum)} of ${shown(most)} points` : `${shown(sum)} of ${shown(most)} points so far`;
  drawComments();
}

function go(to) {
  saveComment();
  place = to;
  draw();
  $("answer").scrollTop = 0;
}

function nextUnmarked() {
  const all = answers();
  const order = all.map((_, index) => (place + 1 + index) % all.length);
  const found = order.find((index) => !complete(all[index]));
  if (found === undefined) say("Every answer to this question is marked.");
  else go(found);
}

function write(whose, text) {
  unsaved.set(known(whose), text);
  return change({ comment: text }, whose);
}

function saveComment() {
  if (!commented) return;
  const text = $("comment").value.trim();
  if (text !== commented.comment) {
    write(commented, text);
    return;
  }
  unsaved.delete(known(commented));
  drawComments();  // what another tab wrote while the field was in use
}

const KEYS = {
  n: () => go(place + 1), p: () => go(place - 1), u: nextUnmarked, c: () => $("comment").focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === $("comment")) {
    if (event.key === "Escape") $("answer").focus();
    return;
  }
  if (event.target === $("question")) return;
  const digit = Number(event.key);
  if (digit >= 1 && digit <= question().items.length) cycle(digit);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

$("comment").addEventListener("blur", saveComment);
$("question").addEventListener("change", () => go(0));
$("names").addEventListener("change", draw);
$("previous").addEventListener("click", () => go(place - 1));
$("next").addEventListener("click", () => go(place + 1));
$("unmarked").addEventListener("click", nextUnmarked);

fetch("answers").then((reply) => reply.json()).then((found) => {
  data = found;
  $("question").replaceChildren(...data.questions.map((item) => element("option", item.id, { value: item.id })));
  draw();
});
