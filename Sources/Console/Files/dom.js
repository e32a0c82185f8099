// Makes elements of data and brings those on the page up to date. Whatever text comes from outside gets onto the page as
// a text node, and nothing on this page is ever parsed as HTML: the Content-Security-Policy forbids it.

const svgTags = new Set(["svg", "g", "path", "rect", "line", "text"]);

/** An element: `h("a.chip", {href}, "text", child, …)`. Attributes that are null or false are left out. */
export function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = svgTags.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** What the person at the page has changed is hers. */
const kept = new Set(["open"]);

/** Makes the children of `parent` like `fresh`, and keeps the elements that stay: with them focus, selection and scroll. */
export function update(parent, ...fresh) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  patchChildren(parent, fresh.flat(3).filter(child => child instanceof Node));
  if (!focused || document.activeElement === focused) return;
  // Moved, it has lost the focus; gone, it leaves it to what stands above.
  (focused.isConnected ? focused : parent.querySelector("h1, h2"))?.focus({preventScroll: true});
}

function patchChildren(parent, fresh) {
  const wanted = new Set(fresh.map(node => node.dataset?.key)), keyed = new Map();
  for (const child of [...parent.children]) {
    const key = child.dataset?.key;
    if (!key) continue;
    if (wanted.has(key)) keyed.set(key, child);
    else child.remove();
  }
  let place = parent.firstChild;
  for (const node of fresh) {
    const key = node.dataset?.key;
    let own = key ? keyed.get(key) : place && !place.dataset?.key ? place : null;
    if (own && own.nodeName !== node.nodeName) own = null;
    if (!own) {
      parent.insertBefore(node, place);
      continue;
    }
    if (own === place) place = place.nextSibling;
    else parent.insertBefore(own, place);
    if (key) keyed.delete(key);
    patch(own, node);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function patch(own, fresh) {
  if (own.nodeType === Node.TEXT_NODE) {
    if (own.data !== fresh.data) own.data = fresh.data;
    return;
  }
  for (const {name} of [...own.attributes]) {
    if (!fresh.hasAttribute(name) && !kept.has(name)) own.removeAttribute(name);
  }
  for (const {name, value} of fresh.attributes) {
    if (own.getAttribute(name) !== value && !kept.has(name)) own.setAttribute(name, value);
  }
  patchChildren(own, [...fresh.childNodes]);
}

// MARK: Texts from outside

/** Without control characters and what forces a direction: nobody's text may reorder or hide what stands around it. */
export function plain(text) {
  return String(text ?? "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029\ufeff]/g, "");
}

const scripts = [["he", /\p{Script=Hebrew}/gu], ["ar", /\p{Script=Arabic}/gu], ["ru", /\p{Script=Cyrillic}/gu], ["en", /\p{Script=Latin}/gu]];

/** The language that a text of somebody's is most likely in, by its letters without those of links; null without letters. */
export function language(text) {
  const letters = text.slice(0, 2000).replace(/\S+:\/\/\S+/g, "");
  const counts = scripts.map(([name, script]) => [name, letters.match(script)?.length ?? 0]);
  const [name, most] = counts.reduce((one, other) => other[1] > one[1] ? other : one);
  return most > 0 ? name : null;
}

/** The direction and the language of somebody's text, for the eye and for who is read to. */
export function ofText(text) {
  return {dir: "auto", lang: language(text)};
}

/** A name, number or word of somebody's, apart from the sentence it stands in. */
export function bdi(text, attributes) {
  const known = plain(text);
  return h("bdi", attributes?.dir ? attributes : {...ofText(known), ...attributes}, known);
}

/** A text of somebody's as it was written: its own direction, its own lines. */
export function words(text, name = "div.words") {
  const known = plain(text);
  return h(name, ofText(known), known);
}

/** A phone number, which reads from left to right in every language. */
export function phone(number) {
  return h("bdi", {dir: "ltr", class: "number"}, (/^\d{7,}$/.test(number) ? "+" : "") + plain(number));
}

/** A contact by name, else by number. */
export function contactName(contact) {
  if (plain(contact.name).trim()) return bdi(plain(contact.name).trim());
  return phone(contact.number ?? contact.id ?? contact.address);
}

// MARK: Times

const clock = {hour: "2-digit", minute: "2-digit"};

/** The browser's own language: dates are in it, whatever the page is in. */
const locale = new Intl.DateTimeFormat().resolvedOptions().locale;

/** A text of dates in the browser's own language and direction: `29 בנוב׳, 15:24` falls apart in an English sentence. */
function dated(name, text, attributes) {
  return h(name, {dir: "auto", lang: locale, ...attributes}, text);
}

/** A moment, in Unix seconds: the time alone where it is today. */
export function time(seconds, attributes) {
  const date = new Date(seconds * 1000);
  return dated("time", written(date), {datetime: date.toISOString(), title: date.toLocaleString(), ...attributes});
}

function written(date) {
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return date.toLocaleTimeString([], clock);
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleString([], {day: "numeric", month: "short", year, ...clock});
}

/** A moment as a text for the middle of a sentence, from which it is isolated (U+2068, U+2069). */
export function moment(seconds) {
  return `\u2068${written(new Date(seconds * 1000))}\u2069`;
}

/** The time of day alone. */
export function hour(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], clock);
}

/** A day with its name. */
export function day(seconds, attributes) {
  return dated("li.day", new Date(seconds * 1000).toLocaleDateString([], {weekday: "long", day: "numeric", month: "long"}), attributes);
}

/** A time span in seconds, short. */
export function span(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `1 entry`, `2 entries`. */
export function count(number, one, many = one + "s") {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

// MARK: What every view shows

/** What stands where nothing is. */
export function empty(title, ...hints) {
  return h("div.empty", {}, h("p", {}, title), hints.map(hint => h("p.hint", {}, hint)));
}

export function loading(what) {
  return h("p.loading", {role: "status"}, `Loading ${what}…`);
}

/** Why something can't be shown, and what to do. */
export function failure(error, retry) {
  return h("div.notice", {role: "alert"}, h("p", {}, plain(error.message)), h("button", {"data-do": retry}, "Try again"));
}
