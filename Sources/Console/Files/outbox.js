// What was not sent, and why; and all that was.
import {get, seldom, withQuery} from "./api.js";
import {bdi, count, empty, failure, h, loading, phone} from "./dom.js";
import {entry, entryActions} from "./entry.js";

const filters = {
  "": "Needs a look", waiting: "Waiting", held: "Held", failed: "Failed", dropped: "Dropped", sent: "Sent", all: "All",
};

export function outbox(app) {
  let state = "", entries = null, next = null, error = null;

  async function load(before = null) {
    const asked = state;
    await app.load(() => get(withQuery("/api/outbox", {state: asked, before})), (page, failure) => {
      if (asked !== state) return;
      error = failure;
      if (!page) return;
      entries = before ? [...entries, ...page.entries] : page.entries;
      next = page.next;
    });
  }

  const refresh = seldom(() => load());

  function list() {
    if (!entries) return error ? failure(error, "again") : loading("entries");
    if (!entries.length) {
      return state === ""
        ? empty("Nothing needs a look.", "What is held because nobody knows whether it was sent, waits for a stopped account, or was given up comes here.")
        : empty("There is no such entry.");
    }
    return [
      error && failure(error, "again"),
      h("ul.cards", {}, entries.map(each => h("li", {"data-key": `card-${each.entry}`},
        entry(each, app.accounts, h("p.about", {},
          h("a", {href: `#/conversations/${each.conversation}`}, each.content.kind === "post" ? "about " : "to ", phone(each.contact)),
          app.accounts.length > 1 && [each.content.kind === "post" ? " at " : " from ", phone(each.account)],
          each.rule && [" by rule ", bdi(each.rule)]))))),
      next && h("button.more", {"data-do": "more"}, "Earlier entries"),
    ];
  }

  return {
    title: () => "Outbox",
    open(_, query) {
      const asked = query.get("state");
      if (asked !== null && asked !== state && Object.hasOwn(filters, asked)) [state, entries] = [asked, null];
      load();
    },
    forget() { entries = error = null; },
    news(isAbout) { if (isAbout("entry") || isAbout("message") || isAbout("account") || isAbout("conversation")) refresh(); },
    draw: () => h("section.page", {},
      h("div.bar", {},
        h("h1", {tabindex: -1, "data-start": true}, "Outbox"),
        h("label", {}, "Show ", h("select", {"data-do": "filter"},
          Object.entries(filters).map(([value, name]) => h("option", {value, selected: value === state}, name)))),
        entries && h("span.hint", {}, count(entries.length, "entry", "entries"), next && " shown")),
      list()),
    actions: {
      ...entryActions(app, () => load()),
      filter(_, element) {
        [state, entries] = [element.value, null];
        app.draw();
        return load();
      },
      more: () => load(next),
      again: () => load(),
    },
  };
}
