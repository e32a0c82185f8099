// The conversations: a list with search, and beside it the one that is open.
import {get, seldom, withQuery} from "./api.js";
import {chat} from "./chat.js";
import {contactName, empty, failure, h, loading, moment, phone, plain, time, words} from "./dom.js";

const pageLength = 50;

export function conversations(app) {
  const open = chat(app);
  let search = "", state = "", account = "";
  let list = null, next = null, pages = 1, error = null, typing = null;

  const filter = () => JSON.stringify([search, state, account]);

  async function load(before = null) {
    const asked = filter();
    await app.load(() => get(withQuery("/api/conversations", {search, state, account, before, limit: pageLength})), (page, failure) => {
      if (asked !== filter()) return;
      error = failure;
      if (!page) return;
      const fresh = new Set(page.conversations.map(each => each.id));
      if (before) {
        const known = new Set(list.map(each => each.id));
        list = [...list, ...page.conversations.filter(each => !known.has(each.id))];
        next = page.next;
        pages += 1;
      } else if (list && pages > 1) {
        // The first page anew; those that were asked for beyond it stay.
        list = [...page.conversations, ...list.filter(each => !fresh.has(each.id))];
      } else {
        [list, next, pages] = [page.conversations, page.next, 1];
      }
    });
  }

  const refresh = seldom(() => load());

  function latestWords({text, type}) {
    return text === null ? h("span.latest", {}, `[${plain(type)}]`) : words(text.replace(/\s+/g, " "), "span.latest");
  }

  function row(each) {
    const latest = each.latest;
    const isOpen = each.id === open.id();
    return h("li", {"data-key": `row-${each.id}`},
      h("a.row", {href: `#/conversations/${each.id}`, "aria-current": isOpen ? "true" : null},
        h("span.name", {}, contactName(each.contact)),
        latest && time(latest.sent_at),
        latest ? latestWords(latest) : h("span.latest", {}, "No message is kept"),
        h("span.chips", {},
          each.opted_out && h("span.chip.bad", {}, "opted out"),
          each.paused_until && h("span.chip.warn", {}, `${each.paused_by === "loop-guard" ? "loop guard" : "paused"} until ${moment(each.paused_until)}`)),
        app.accounts.length > 1 && !account && h("span.to", {}, "to ", phone(each.account))));
  }

  function rows() {
    if (!list) return error ? failure(error, "again") : loading("conversations");
    if (!list.length && !next) {
      return search || state || account
        ? empty("No conversation is like that.", "The search looks at names, numbers and ids of contacts.")
        : empty("Nobody has written yet.", "Conversations come here as soon as the provider delivers a message. `replyd doctor` checks whether it can.");
    }
    return [
      error && failure(error, "again"),
      h("ul.rows", {}, list.map(row)),
      next && h("button.more", {"data-do": "more"}, "More conversations"),
    ];
  }

  return {
    title: () => open.title() ?? "Conversations",
    open([id]) {
      load();
      open.open(id ? Number(id) : null);
    },
    forget() {
      list = error = null;
      open.forget();
    },
    news(isAbout) {
      if (isAbout("message") || isAbout("conversation")) refresh();
      open.news(isAbout);
    },
    draw: () => h(`section.split${open.id() ? ".chatting" : ""}`, {"data-key": "split"},
      h("h1.unseen", {tabindex: -1, "data-start": open.id() ? null : true}, "Conversations"),
      h("div.list", {},
        h("form.filters", {role: "search", "data-do": "search"},
          h("label.unseen", {for: "search"}, "Search by name or number"),
          h("input", {id: "search", type: "search", placeholder: "Name or number", dir: "auto", autocomplete: "off", value: search, "data-do": "type"}),
          h("label.unseen", {for: "state"}, "Which conversations"),
          h("select", {id: "state", "data-do": "filter"}, h("option", {value: ""}, "All"), h("option", {value: "paused", selected: state === "paused"}, "Paused"),
            h("option", {value: "opted-out", selected: state === "opted-out"}, "Opted out")),
          app.accounts.length > 1 && [
            h("label.unseen", {for: "account"}, "Account"),
            h("select", {id: "account", "data-do": "account"}, h("option", {value: ""}, "All accounts"),
              app.accounts.map(each => h("option", {value: each.number, selected: each.number === account}, `+${each.number}`))),
          ]),
        h("div.scroll", {"data-key": "rows", tabindex: 0, role: "region", "aria-label": "Conversations"}, rows())),
      h("div.chat", {"data-key": `chat-${open.id()}`}, open.draw())),
    drawn: content => open.drawn(content),
    actions: {
      ...open.actions,
      type(_, element) {
        clearTimeout(typing);
        typing = setTimeout(() => {
          [search, list] = [element.value.trim(), null];
          app.draw();
          load();
        }, 250);
      },
      search() {},
      filter(_, element) {
        [state, list] = [element.value, null];
        app.draw();
        return load();
      },
      account(_, element) {
        [account, list] = [element.value, null];
        app.draw();
        return load();
      },
      more: () => load(next),
      again: () => load(),
    },
  };
}
