// What the rules in use would answer to a message. Nothing is sent.
import {get, post} from "./api.js";
import {bdi, contactName, h, moment, plain} from "./dom.js";
import {content} from "./entry.js";
import {whyList} from "./why.js";

const types = [
  "text", "image", "voice", "audio", "video", "document", "location", "sticker", "button", "list", "contacts", "reaction",
  "order", "unsupported", "other",
];

export function trial(app) {
  let answer = null, problem = null, conversation = null;

  async function load(id) {
    conversation = null;
    if (!id) return;
    await app.load(() => get(`/api/conversations/${id}?limit=1`), (page, error) => {
      conversation = page?.conversation ?? null;
      problem = error?.message ?? null;
    });
  }

  function form() {
    const select = (name, label, options) => h("label", {"data-key": name}, label, h("select", {name},
      options.map(([value, text]) => h("option", {value}, text))));
    return h("form.fields", {"data-do": "try", "data-key": "try"},
      h("label.wide", {}, "The contact writes", h("textarea", {name: "text", rows: 3, dir: "auto", maxlength: 4096})),
      select("type", "Type", types.map(type => [type, type])),
      conversation
        ? h("p.wide.hint", {"data-key": "in"}, "In the conversation with ", contactName(conversation.contact),
          " as it stands now: its window, state, tags, cooldowns and pause count. ", h("a", {href: "#/try"}, "Try as a new contact"))
        : [
          app.accounts.length > 1 && select("account", "To account", app.accounts.map(each => [each.number, `+${each.number}`])),
          select("window", "Window", [["open", "open"], ["expired", "shut"]]),
          h("label", {"data-key": "from"}, "From number", h("input", {name: "from", inputmode: "tel", dir: "ltr", placeholder: "a new contact", autocomplete: "off"})),
        ],
      h("label", {"data-key": "at"}, "At (empty: now)", h("input", {name: "at", placeholder: "2026-11-21 22:30", autocomplete: "off"})),
      h("div.actions.wide", {"data-key": "go"}, h("button.primary", {}, "Try")));
  }

  function changes(changes) {
    const list = [
      Object.entries(changes.set ?? {}).map(([name, value]) => ["Sets ", bdi(name), " to ", bdi(value)]),
      (changes.unset ?? []).map(name => ["Forgets ", bdi(name)]),
      (changes.tag ?? []).map(tag => ["Tags # ", bdi(tag)]),
      (changes.untag ?? []).map(tag => ["Takes off # ", bdi(tag)]),
      changes.paused_until ? [[`Hands off: paused until ${moment(changes.paused_until)}`]] : [],
      changes.opted_out === true ? [["Opts the contact out"]] : changes.opted_out === false ? [["Opts the contact in"]] : [],
    ].flat();
    return list.length > 0 && h("ul.changes", {}, list.map(item => h("li", {}, item)));
  }

  function result() {
    if (problem) return h("p.error", {"data-key": "problem"}, plain(problem));
    if (!answer) return h("p.hint", {"data-key": "none"}, "It is decided exactly as the daemon decides, by the rules in use. Nothing is sent or kept.");
    return h("div.result", {"data-key": "result"},
      h("h2", {}, "Decision"),
      h("p", {}, h(`span.chip.${answer.outcome}`, {}, answer.outcome), " ",
        answer.rule && [h("b", {}, bdi(answer.rule)), " – "], bdi(answer.because, {dir: "ltr"})),
      answer.messages.map(each => h(`div.out${each.kind === "post" ? ".post" : ""}`, {}, content(each), each.quote && h("div.meta", {}, "↩ quoting"))),
      changes(answer.changes),
      h("h2", {}, "Why"),
      whyList(answer.why, "trial"));
  }

  return {
    title: () => "Try a message",
    open(_, query) {
      answer = problem = null;
      load(query.get("conversation"));
    },
    forget() { answer = problem = conversation = null; },
    news() {},
    draw: () => h("section.page", {},
      h("h1", {tabindex: -1, "data-start": true}, "Try a message"),
      form(),
      h("div", {"data-key": "answer", "aria-live": "polite"}, result())),
    actions: {
      async try(_, form) {
        const body = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
        if (conversation) body.conversation = conversation.id;
        await app.load(() => post("/api/try", body), (trial, error) => {
          [answer, problem] = [trial, error?.message ?? null];
        });
      },
    },
  };
}
