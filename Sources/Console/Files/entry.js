// An outbox entry: what is to be sent, how far it has got, and what can be done about it.
import {post} from "./api.js";
import {bdi, count, h, plain, span, time, words} from "./dom.js";

const deliveries = {
  0: ["✗", "not delivered", "failed"],
  1: ["✓", "sent", "sent"],
  2: ["✓✓", "delivered", "delivered"],
  3: ["✓✓", "read", "read"],
};
const states = {
  waiting: ["◷", "waiting", "waiting"],
  sending: ["↑", "sending", "waiting"],
  held: ["?", "held", "held"],
  failed: ["✗", "failed", "failed"],
  dropped: ["–", "dropped", "dropped"],
  "dry-run": ["○", "dry run, not sent", "dropped"],
};

/** Whether it goes to a link of a rule, and not to the contact. */
const isPost = entry => entry.content.kind === "post";

/** The sign and the word for how far it has got: ticks, once it has left. */
export function progress(entry) {
  let [sign, word, look] = states[entry.state] ?? ["", entry.state, ""];
  if (entry.state === "sent" && isPost(entry)) {
    [sign, word, look] = ["✓", "taken", "sent"];
  } else if (entry.state === "sent") {
    const accepted = entry.attempts.findLast(attempt => attempt.outcome === "accepted");
    [sign, word, look] = deliveries[accepted?.delivery ?? 1] ?? deliveries[1];
  }
  return h(`span.progress.${look}`, {}, h("span", {"aria-hidden": "true"}, sign), ` ${word}`);
}

const reasons = {
  "window-expired": "The window had shut, and there is no template for that.",
  "too-old": "The message was too old to be answered.",
  "expired": "It was tried for as long as it may.",
  "opted-out": "The contact has opted out.",
  "by-hand": "Dropped by hand.",
  paused: "A person answers in this conversation.",
  replaced: "Another answer to the same message became the template.",
  released: "Released by hand.",
};

/** Why it is where it is, and what to do about it; null where there is nothing to say. */
function situation(entry, accounts) {
  const account = accounts.find(account => account.number === entry.account);
  if (entry.state === "held") {
    return "Nobody knows whether it was sent: no answer came. Look into WhatsApp, then release it (it is sent again) or drop it.";
  }
  if (entry.state === "waiting" && account?.state === "stopped") {
    return `The account is stopped: ${plain(account.reason)}`;
  }
  if (entry.state === "waiting" && entry.due_at * 1000 > Date.now()) {
    return `${entry.attempts.length ? "Next attempt" : "To be sent"} in ${span(Math.ceil(entry.due_at - Date.now() / 1000))}.`;
  }
  if (entry.state === "sent" || entry.state === "sending" || !entry.reason) return null;
  return entry.detail ? plain(entry.detail) : reasons[entry.reason] ?? plain(entry.reason);
}

const names = {image: "Picture", video: "Video", audio: "Recording", document: "Document"};

/** A link that opens elsewhere, if it is one of the web; nothing of it is loaded here. */
function outside(link, shown = null) {
  const url = URL.canParse(link) ? new URL(link) : null;
  if (url?.protocol !== "https:") return bdi(link, {dir: "ltr"});
  return h("a.file", {href: url.href, target: "_blank", rel: "noopener noreferrer"}, shown ?? ["Open at ", bdi(url.host, {dir: "ltr"})]);
}

/** What is sent. */
export function content(content) {
  switch (content.kind) {
    case "text":
      return words(content.text);
    case "choices":
      return h("div", {}, words(content.text),
        content.open && h("div.kind", {}, "List behind “", bdi(content.open), "”"),
        h(`ul.choices${content.open ? ".rows" : ""}`, {}, content.choices.map(choice =>
          h("li", {}, bdi(choice.title), choice.more && h("span.detail", {}, bdi(choice.more))))));
    case "link":
      return h("div", {}, words(content.text), h("ul.choices", {}, h("li", {}, outside(content.url, bdi(content.title)))));
    case "image": case "video": case "audio": case "document":
      // A link, never loaded: it belongs to the business, and may be anything.
      return h("div", {}, h("div.kind", {}, names[content.kind], content.name && [" ", bdi(content.name)]),
        content.caption && words(content.caption), outside(content.link));
    case "location":
      return h("div", {}, h("div.kind", {}, "Place"), content.name && h("div", {}, bdi(content.name)), content.address && h("div", {}, bdi(content.address)),
        outside(`https://maps.google.com/?q=${content.lat},${content.lng}`, bdi(`${content.lat}, ${content.lng}`, {dir: "ltr"})));
    case "reaction":
      return h("div", {}, h("span.kind", {}, "Reaction "), bdi(content.emoji));
    case "template":
      return h("div", {}, h("span.kind", {}, "Template "), bdi(content.name), ` (${content.language})`,
        content.header && Object.entries(content.header).map(([kind, link]) => h("div", {}, h("span.kind", {}, `${names[kind] ?? kind} `), outside(link))),
        content.variables.length > 0 && h("ol.variables", {}, content.variables.map((variable, place) =>
          h("li", {}, h("span.kind", {}, content.variable_names ? `${content.variable_names[place]}: ` : `${place + 1}. `), bdi(variable)))),
        content.buttons && h("div", {}, h("span.kind", {}, "Buttons "), content.buttons.map(value => h("code", {}, bdi(value)))),
        content.coupon && h("div", {}, h("span.kind", {}, "Code "), h("code", {}, bdi(content.coupon))),
        content.choices && h("ul.choices", {}, content.choices.map(id => h("li", {}, bdi(id, {dir: "ltr"})))));
    default:
      return h("div", {}, h("span.kind", {}, "Forwarded to "), bdi(content.host, {dir: "ltr"}));
  }
}

function attempts(entry) {
  if (!entry.attempts.length) return null;
  const key = `attempts-${entry.entry}`;
  return h("details.attempts", {"data-key": key}, h("summary", {}, count(entry.attempts.length, "attempt")),
    h("ol", {}, entry.attempts.map(attempt => h("li", {},
      time(attempt.started_at), ` ${attempt.kind}: `, attempt.outcome ?? "under way",
      attempt.delivery !== null && `, ${deliveries[attempt.delivery][1]}`,
      attempt.detail && [" – ", bdi(attempt.detail)]))));
}

/** Why an entry that was not sent can't be released, and what can be done instead; null where it can. */
function obstacle(entry) {
  if (entry.release_refused === null || !["held", "failed", "dropped"].includes(entry.state)) return null;
  const text = plain(entry.release_refused);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The moment at which it was sent, or else decided. */
const moment = (entry) => (entry.state === "sent" && entry.attempts.at(-1)?.started_at) || entry.created_at;

/** An entry with all of that. `about` stands at its top. */
export function entry(entry, accounts, about = null) {
  const number = {"data-entry": entry.entry, "data-state": entry.state, "data-kind": entry.content.kind};
  const canRelease = entry.release_refused === null;
  const canDrop = ["held", "waiting", "failed"].includes(entry.state);
  const isQuoting = entry.content.quote === true;
  const needsLook = entry.state === "held" || entry.state === "failed" || (entry.state === "waiting" && canRelease) || about;
  const refused = needsLook && obstacle(entry);
  // Where it says why nothing can be sent, that says why nothing was sent too.
  const why = refused && !entry.detail ? null : situation(entry, accounts);
  return h(`div.out.${entry.state}${isPost(entry) ? ".post" : ""}`, {"data-key": `entry-${entry.entry}`},
    about, content(entry.content),
    entry.instead_of && h("p.hint", {}, "Instead of: ", bdi(entry.instead_of.text ?? entry.instead_of.caption ?? names[entry.instead_of.kind] ?? entry.instead_of.kind)),
    entry.state === "waiting" && entry.fallback?.kind === "template" && h("p.hint", {}, "Once the window has shut: template ", bdi(entry.fallback.name)),
    h("div.meta", {}, isQuoting && h("span", {title: "Quotes the message"}, "↩ quoting"), time(moment(entry)),
      entry.released_at !== null && h("span", {}, "released ", time(entry.released_at)), progress(entry)),
    why && h("p.why", {}, why),
    refused && h("p.why", {}, refused),
    attempts(entry),
    needsLook && (canRelease || canDrop) && h("div.actions", {},
      canRelease && h("button", {"data-do": "release", ...number, "data-key": "release"}, "Release"),
      canDrop && h("button", {"data-do": "drop", ...number, "data-key": "drop"}, "Drop")));
}

/** What the buttons of an entry do; `done` loads anew. */
export function entryActions(app, done) {
  async function change(entry, what, said) {
    if (await app.attempt(() => post(`/api/outbox/${entry}/${what}`))) app.say(said);
    await done();
  }
  return {
    async release({entry, state, kind}) {
      const text = kind === "post" ? "It is posted to the link again." : state === "held"
        ? "It may have arrived already: nobody knows. Releasing sends it, perhaps for the second time. Look into WhatsApp first."
        : state === "waiting"
          ? "Its account is tried at once. If the provider still refuses the account, the entry waits on."
          : "It is sent now, or as soon as its account allows.";
      if (await app.confirm(`Release entry ${entry}?`, text, "Release")) await change(entry, "release", `Entry ${entry} is released.`);
    },
    async drop({entry, kind}) {
      const text = kind === "post" ? "It is not posted any more. The contact notices nothing." : "It is not sent any more. The contact gets no answer by it.";
      if (await app.confirm(`Drop entry ${entry}?`, text, "Drop")) {
        await change(entry, "drop", `Entry ${entry} is dropped.`);
      }
    },
  };
}
