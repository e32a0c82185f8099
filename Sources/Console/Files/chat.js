// One conversation: what was written, what was decided and why, what was sent; and taking it over.
import {get, post, seldom, withQuery} from "./api.js";
import {bdi, contactName, day as dayLine, empty, failure, h, loading, moment, phone, plain, time, words} from "./dom.js";
import {entry, entryActions} from "./entry.js";
import {whyList} from "./why.js";

const pauses = {"30m": "30 minutes", "2h": "2 hours", "12h": "12 hours", "24h": "24 hours", "7d": "7 days"};
/** What their body leads to. */
const files = new Set(["image", "audio", "video", "ptt", "document", "sticker"]);

export function chat(app) {
  let id = null, conversation = null, messages = new Map(), next = null, error = null;
  /** What is known of why, by message. */
  const whys = new Map();
  let sticks = true, height = null, latest = "";

  async function load(before = null) {
    const asked = id;
    if (!asked) return;
    await app.load(() => get(withQuery(`/api/conversations/${asked}`, {before, limit: 50})), (page, failure) => {
      if (asked !== id) return;
      error = failure;
      if (!page) return;
      conversation = page.conversation;
      const isFirst = messages.size === 0;
      for (const message of page.messages) messages.set(message.id, message);
      if (before || isFirst) next = page.next;
    });
  }

  const refresh = seldom(() => load());
  const loadWhy = message => app.load(() => get(`/api/messages/${message}/why`), (answer, error) => whys.set(message, {answer, error}));

  async function change(what, body, said) {
    if (await app.attempt(async () => { conversation = await post(`/api/conversations/${id}/${what}`, body); })) app.say(said());
    app.draw();
    await load();
  }

  // MARK: Parts

  function head() {
    const {contact, window, tags, state} = conversation;
    const known = Object.entries(state);
    return h("div.head", {},
      h("a.back", {href: "#/conversations"}, h("span", {"aria-hidden": "true"}, "‹ "), "All"),
      h("div.who", {},
        h("h2", {tabindex: -1, "data-start": true}, contactName(contact)),
        h("p", {},
          contact.name && [phone(contact.number ?? contact.address), " · "],
          app.accounts.length > 1 && ["to ", phone(conversation.account), " · "],
          window.is_open ? `window open until ${moment(window.ends_at)}` : "window shut: only a template gets through"),
        (tags.length > 0 || known.length > 0 || conversation.opted_out) && h("p.chips", {},
          conversation.opted_out && h("span.chip.bad", {}, "opted out"),
          tags.map(tag => h("span.chip", {}, "# ", bdi(tag))),
          known.map(([name, value]) => h("span.chip", {}, bdi(name), " = ", bdi(value))))),
      h("div.actions", {},
        h("a.button", {href: `#/try?conversation=${id}`}, "Try"),
        conversation.opted_out
          ? h("button", {"data-do": "optIn", "data-key": "opt"}, "Opt in")
          : h("button", {"data-do": "optOut", "data-key": "opt"}, "Opt out")));
  }

  function paused() {
    const until = moment(conversation.paused_until);
    if (conversation.paused_by === "loop-guard") {
      return `Paused by the loop guard until ${until}: so much came so quickly that a robot seems to write. Resume where it is a person.`;
    }
    return [
      `Paused until ${until}`,
      conversation.paused_by === "rule" && [" by the rule ", bdi(conversation.paused_by_rule)],
      ": replyd is quiet here. Answer in WhatsApp, then hand it back.",
    ];
  }

  function foot() {
    if (conversation.opted_out) {
      return h("div.foot", {"data-key": "foot"}, h("p", {}, "This contact has opted out and gets nothing."));
    }
    const isPaused = conversation.paused_until !== null;
    // One form for both: whoever has just pressed the button still has it.
    return h(`form.foot${isPaused ? ".paused" : ""}`, {"data-do": isPaused ? "resume" : "pause", "data-key": "foot"},
      h("p", {}, isPaused
        ? paused()
        : "replyd answers here. To answer yourself, pause it first."),
      h("div.actions", {},
        !isPaused && h("label", {"data-key": "for"}, h("span.unseen", {}, "Pause for how long "), h("select", {name: "for"},
          Object.entries(pauses).map(([value, name]) => h("option", {value, selected: value === "2h"}, name)))),
        h("button.primary", {"data-key": "pause"}, isPaused ? "Resume" : "Pause")));
  }

  function said(message) {
    const link = files.has(message.type) && /^https:\/\/[^\s]+$/.test(message.body) && URL.canParse(message.body) ? new URL(message.body) : null;
    return [
      message.type !== "text" && h("div.kind", {}, bdi(message.type)),
      message.text !== null ? words(message.text) : !link && message.body && words(message.body),
      message.choice && h("div.kind", {}, "Chose ", h("code", {}, bdi(message.choice, {dir: "ltr"}))),
      link && h("a.file", {href: link.href, target: "_blank", rel: "noopener noreferrer"}, "Open at ", bdi(link.host, {dir: "ltr"})),
    ];
  }

  function decision(message) {
    const made = message.decision;
    if (!made) return h("p.decision.hint", {}, "Not decided yet");
    return h("details.decision", {"data-do": "why", "data-message": message.id, "data-key": `why-${message.id}`},
      h("summary", {}, h(`span.chip.${made.outcome}`, {}, made.outcome), " ",
        made.rule && [h("b", {}, bdi(made.rule)), " – "], bdi(made.because, {dir: "ltr"})),
      why(message));
  }

  function why(message) {
    const known = whys.get(message.id), made = message.decision;
    const then = h("p.hint", {}, "Decided ", time(made.decided_at), ` by revision ${made.revision}, reason `, h("code", {}, made.reason), ".");
    if (!known) return h("div.whys", {}, then, loading("what the rules say"));
    if (known.error) return h("div.whys", {}, then, h("p.error", {}, plain(known.error.message)));
    const {present, is_same_revision: isSame} = known.answer;
    const agrees = present.rule === made.rule && present.reason === made.reason;
    return h("div.whys", {}, then,
      h("p", {}, isSame ? "The rules have not changed since" : "The rules have changed since",
        agrees ? (isSame ? "." : ", and decide this message as they did.") : [isSame ? ", but this conversation has. " : ". ", "Decided today it would be: ",
          h(`span.chip.${present.outcome}`, {}, present.outcome), " ", present.rule && [h("b", {}, bdi(present.rule)), " – "], bdi(present.because, {dir: "ltr"})]),
      h("p.hint", {}, "What each rule says, by the message's own clock and by the tags and state that the conversation has today:"),
      whyList(present.why, `why-${message.id}`));
  }

  function log() {
    const list = [...messages.values()].sort((a, b) => a.id - b.id);
    if (!list.length) return empty("No message is kept.", "Old ones are deleted after the `retention` of the configuration.");
    let day = null;
    return list.map(message => {
      const date = new Date(message.sent_at * 1000).toDateString();
      const isNewDay = date !== day;
      day = date;
      return [
        isNewDay && dayLine(message.sent_at, {"data-key": `day-${message.id}`}),
        h("li.exchange", {"data-key": `message-${message.id}`},
          h("div.in", {}, h("span.unseen", {}, "Contact: "), said(message), h("div.meta", {}, time(message.sent_at))),
          decision(message),
          message.entries.map(each => entry(each, app.accounts))),
      ];
    });
  }

  const entries = entryActions(app, () => load());

  return {
    id: () => id,
    title: () => conversation ? plain(conversation.contact.name || conversation.contact.number || conversation.contact.address) : null,
    open(asked) {
      if (asked !== id) this.forget();
      id = asked;
      whys.clear();
      return load();
    },
    forget() {
      id = conversation = error = next = height = null;
      latest = "";
      messages = new Map();
      whys.clear();
      sticks = true;
    },
    news(isAbout) {
      if (!id) return;
      if (isAbout("rules")) for (const message of whys.keys()) loadWhy(message);
      if (["message", "entry", "conversation"].some(kind => isAbout(kind, id)) || isAbout("account")) refresh();
    },
    draw() {
      if (!id) return empty("Choose a conversation.");
      if (!conversation) return [h("a.back", {href: "#/conversations"}, "‹ All"), error ? failure(error, "againOne") : loading("the conversation")];
      return [
        error && failure(error, "againOne"),
        head(),
        h("div.scroll.log", {"data-key": "log", role: "log", tabindex: 0, "aria-label": "Messages"},
          next && h("button.more", {"data-do": "earlier", "data-key": "earlier"}, "Earlier messages"),
          h("ol", {"data-key": "messages"}, log())),
        foot(),
      ];
    },
    /** Keeps the latest message in sight of who was looking at it, and everybody else where she was. */
    drawn(content) {
      const scroll = content.querySelector(".log");
      if (!scroll) return;
      const last = Math.max(0, ...messages.keys());
      const end = `${last} ${messages.get(last)?.entries.length} ${messages.get(last)?.decision?.reason}`;
      if (height !== null) scroll.scrollTop += scroll.scrollHeight - height;
      else if (sticks && latest !== end) scroll.scrollTop = scroll.scrollHeight;
      [height, latest] = [null, end];
      scroll.onscroll = () => { sticks = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80; };
    },
    actions: {
      ...entries,
      pause(_, form) {
        const length = new FormData(form).get("for");
        return change("pause", {for: length}, () => `Paused until ${moment(conversation.paused_until)}.`);
      },
      resume: () => change("resume", undefined, () => "replyd answers here again."),
      async optOut() {
        if (await app.confirm("Opt this contact out?", "replyd never writes to this contact again, and drops what still waits.", "Opt out")) {
          await change("opt-out", undefined, () => "The contact is opted out.");
        }
      },
      async optIn() {
        if (await app.confirm("Opt this contact in?", "Only if the contact has asked for it: replyd writes to this contact again.", "Opt in")) {
          await change("opt-in", undefined, () => "The contact is opted in.");
        }
      },
      async why({message}) {
        const number = Number(message);
        if (!whys.get(number)?.answer) await loadWhy(number);
      },
      async earlier(_, element) {
        const page = load(next);
        height = element.closest(".scroll").scrollHeight;
        await page;
      },
      againOne: () => load(),
    },
  };
}
