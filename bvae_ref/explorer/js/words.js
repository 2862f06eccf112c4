// The page's words, from one table, and numbers as they are written.

let table = {};

export function useWords(words) {
  table = words;
}

/** A sentence of the table, with its {places} filled in. It is text, never markup. */
export function say(key, values = {}) {
  return table[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A number with a real minus sign. */
export function digits(value, places = 1) {
  const text = value.toFixed(places);
  return Number(text) === 0 ? (0).toFixed(places) : text.replace("-", "−");
}

/** Whether a font at hand has these two signs: those that are missing all look alike. */
export function canShow(first, second) {
  const [one, other] = [first, second].map((sign) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
    const pen = canvas.getContext("2d");
    pen.font = "20px system-ui, sans-serif";
    pen.fillText(sign, 1, 20);
    return pen.getImageData(0, 0, 24, 24).data;
  });
  return one.some((value, i) => value !== other[i]);
}

/** A code's values in the two latents of the plane. */
export function placeOf(code, pair) {
  return pair.map((latent) => digits(code[latent], 2)).join(", ");
}

export function byId(id) {
  return document.getElementById(id);
}

/** Change an element's text, if it is another one. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Make an element with text. */
export function make(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}
