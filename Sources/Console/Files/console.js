// The page: login, routes, what happens on a click, and news from replyd as it comes.
import {CallError, get, post, seldom, withQuery} from "./api.js";
import {conversations} from "./conversations.js";
import {needs} from "./needs.js";
import {update} from "./dom.js";
import {outbox} from "./outbox.js";
import {overview} from "./overview.js";
import {rules} from "./rules.js";
import {trial} from "./trial.js";

const $ = id => document.getElementById(id);

/** What views know of the page and of replyd. */
const app = {
  accounts: [],
  draw,
  say,
  confirm,
  /** Does something for the person at the page; says why, where it can't be done. Returns whether it was. */
  async attempt(work) {
    try {
      await work();
      return true;
    } catch (error) {
      failed(error, () => say(error.message, true));
      return false;
    }
  },
  /** Loads something; `error` is what a view shows in its place. */
  async load(work, show) {
    try {
      show(await work(), null);
    } catch (error) {
      failed(error, () => show(null, error));
    }
    draw();
  },
};

/**
 * A view has `title()`, `open(parameters, query)`, `draw()`, `news(isAbout)`, `forget()` for when a session ends, and
 * `actions` by the names that elements give in `data-do`.
 */
const views = {conversations: conversations(app), outbox: outbox(app), try: trial(app), rules: rules(app), overview: overview(app)};
let view = null, route = null, watching = null, isArriving = false;
let connection = "wait", problems = [];

// MARK: Session

function failed(error, otherwise) {
  if (!(error instanceof CallError)) throw error;
  if (error.kind === "session") showLogin("The session is over. Log in again to go on where you were.");
  else otherwise();
}

function showLogin(why) {
  if (!$("login").hidden) return;
  watching?.abort();
  watching = null;
  if ($("confirm").open) $("confirm").close("no");
  $("console").hidden = true;
  $("login").hidden = false;
  $("login-why").textContent = why;
  document.title = "Log in – replyd";
  // What customers wrote does not stay on the page of a session that is over.
  update($("content"));
  problems = [];
  showNeeds();
  for (const each of Object.values(views)) each.forget();
  $("token").focus();
}

$("login-form").addEventListener("submit", async event => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  $("login-error").textContent = "";
  try {
    await post("/login", {token: $("token").value});
    $("token").value = "";
    start();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isWrong = error.message === "this is not the admin token";
    $("login-error").textContent = isWrong
      ? "This is not the admin token. It stands in replyd's configuration as admin_token, or in the file or variable named there."
      : error.message;
    $("token").focus();
    $("token").select();
  } finally {
    button.removeAttribute("aria-busy");
  }
});

$("log-out").addEventListener("click", async () => {
  if (await app.attempt(() => post("/logout"))) showLogin("You are logged out.");
});

function start() {
  $("login").hidden = true;
  $("console").hidden = false;
  watching = new AbortController();
  watch(watching.signal);
  loadAccounts();
  countAttention();
  loadProblems();
  route = null;
  openRoute();
}

// MARK: News

const states = {live: "Live", needs: "Live, needs you", gone: "Not connected"};

/** Green alone where replyd answers and nothing needs anybody. */
function live(state) {
  connection = state;
  const shown = state === "live" && problems.length ? "needs" : state;
  if ($("live").dataset.state === shown) return;
  $("live").dataset.state = shown;
  $("live").textContent = states[shown];
}

/** What needs a person, on every page. */
function showNeeds() {
  $("needs").hidden = problems.length === 0;
  update($("needs"), problems.length > 0 && needs(problems));
  live(connection);
}

const sleep = (milliseconds, signal) => new Promise(done => {
  const timer = setTimeout(done, milliseconds);
  signal.addEventListener("abort", () => { clearTimeout(timer); done(); });
});

let hurry = new AbortController();

/** Waits for changes, again and again. */
async function watch(signal) {
  let next = null, wait = 1, wasGone = false;
  while (!signal.aborted) {
    try {
      const news = await get(withQuery("/api/changes", {after: next}), signal);
      $("gone").hidden = true;
      live("live");
      loadProblems();
      const isAll = wasGone || news.is_incomplete;
      if (isAll || news.changes.length) tell(news.changes, isAll);
      [next, wait, wasGone] = [news.next, 1, false];
    } catch (error) {
      if (signal.aborted) return;
      failed(error, () => showGone(error));
      if (signal.aborted) return;
      wasGone = true;
      hurry = new AbortController();
      await sleep((error.wait ?? wait) * 1000, hurry.signal);
      wait = Math.min(wait * 2, 15);
    }
  }
}

function showGone(error) {
  live("gone");
  const [text] = $("gone").children;
  text.textContent = `${error.message} What you see may be out of date; it is tried again and again.`;
  $("gone").hidden = false;
}

$("gone").querySelector("button").addEventListener("click", () => hurry.abort());

function tell(changes, isAll) {
  const isAbout = (kind, conversation) => isAll || changes.some(change =>
    change.kind === kind && (conversation === undefined || change.conversation === conversation));
  if (isAbout("account") || isAbout("entry") || isAbout("message")) loadAccounts();
  if (isAbout("entry") || isAbout("account") || isAbout("conversation")) countAttention();
  view?.news(isAbout);
}

const loadAccounts = seldom(async () => {
  try {
    app.accounts = (await get("/api/accounts")).accounts;
    draw();
  } catch (error) {
    failed(error, () => {});
  }
});

// Not after each message: to know, replyd tries whether it can write.
const loadProblems = seldom(async () => {
  try {
    ({problems} = await get("/api/problems"));
    showNeeds();
  } catch (error) {
    failed(error, () => {});
  }
}, 2000);

const countAttention = seldom(async () => {
  try {
    const {entries, next} = await get("/api/outbox?limit=50");
    const badge = $("attention");
    badge.hidden = entries.length === 0;
    badge.textContent = next === null ? entries.length : `${entries.length}+`;
    badge.setAttribute("aria-label", `${badge.textContent} need a look`);
  } catch (error) {
    failed(error, () => {});
  }
});

// MARK: Routes

function openRoute() {
  if ($("console").hidden || route === location.hash) return;
  const isFirst = route === null;
  route = location.hash;
  $("said").textContent = "";
  const [path, query] = route.replace(/^#\/?/, "").split("?");
  const [name, ...parameters] = path.split("/");
  if (!Object.hasOwn(views, name)) return location.replace("#/conversations");
  view = views[name];
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("content").dataset.view = name;
  view.open(parameters, new URLSearchParams(query));
  isArriving = !isFirst;
  if (isArriving) $("content").focus({preventScroll: true});
  draw();
}

/** Where a view begins gets the focus as soon as it is there, unless the person has gone on meanwhile. */
function arrive() {
  const start = $("content").querySelector("[data-start]");
  if (!isArriving || !start) return;
  isArriving = false;
  if (document.activeElement === $("content")) start.focus({preventScroll: true});
}

addEventListener("hashchange", openRoute);

let isDrawn = true;

/** Brings the page up to date, once for all that has changed. */
function draw() {
  if (!isDrawn) return;
  isDrawn = false;
  queueMicrotask(() => {
    isDrawn = true;
    if (!view || $("console").hidden) return;
    const content = $("content");
    update(content, view.draw());
    view.drawn?.(content);
    placeSaid();
    arrive();
    document.title = `${view.title()} – replyd`;
  });
}

// Windows shut and pauses end without anybody doing anything.
setInterval(draw, 30_000);
addEventListener("resize", draw);

// MARK: What people do

function act(event, element) {
  const action = view?.actions[element.dataset.do];
  if (!action) return;
  if (event.type === "submit") event.preventDefault();
  if (element.getAttribute("aria-busy") === "true") return;
  const done = action(element.dataset, element);
  if (!(done instanceof Promise)) return;
  // Not `disabled`: that would take the focus away.
  element.setAttribute("aria-busy", "true");
  done.finally(() => element.removeAttribute("aria-busy"));
}

for (const [type, selector] of [["click", "button[data-do]"], ["submit", "form[data-do]"], ["input", "input[data-do], select[data-do]"]]) {
  $("content").addEventListener(type, event => {
    const element = event.target.closest(selector);
    if (element) act(event, element);
  });
}
$("content").addEventListener("toggle", event => {
  if (event.target.open && event.target.dataset.do) act(event, event.target);
}, true);

document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  $("content").focus();
});

let silence = null;

/** Says what has been done, or why it has not. */
function say(text, isBad = false) {
  clearTimeout(silence);
  $("said").textContent = text;
  $("said").classList.toggle("bad", isBad);
  placeSaid();
  // What has gone well is seen where it was done, too.
  silence = setTimeout(() => { $("said").textContent = ""; }, isBad ? 8000 : 4000);
}

/** Above what stands at the bottom: what has just been done may have to be undone there. */
function placeSaid() {
  const foot = document.querySelector(".foot");
  $("said").style.insetBlockEnd = foot ? `${innerHeight - foot.getBoundingClientRect().top + 10}px` : "";
}

/** Asks before something that can't be undone. */
function confirm(title, text, yes) {
  const dialog = $("confirm");
  if (dialog.open) return Promise.resolve(false);
  $("confirm-title").textContent = title;
  $("confirm-text").textContent = text;
  $("confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise(answer => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), {once: true});
  });
}

// Whether there is a session, only replyd knows.
try {
  await get("/api/changes");
  start();
} catch (error) {
  if (!(error instanceof CallError)) throw error;
  showLogin(error.kind === "session" ? "" : error.message);
}
