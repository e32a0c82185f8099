// The rules in use, and what is wrong with those in the files.
import {get, post} from "./api.js";
import {bdi, count, empty, failure, h, loading, plain, time} from "./dom.js";

const limit = 200;

export function rules(app) {
  let known = null, error = null, search = "";

  const load = () => app.load(() => get("/api/rules"), (answer, failure) => {
    error = failure;
    if (answer) known = answer;
  });

  function reload() {
    const last = known.last_reload;
    if (!last) return h("p.hint", {}, "The files have not changed since replyd was started.");
    const errors = last.diagnostics.filter(each => each.severity === "error").length;
    return [
      last.successful
        ? h("p.good", {}, "✓ Loaded ", time(last.at), last.diagnostics.length > 0 && `, with ${count(last.diagnostics.length, "warning")}`, ".")
        : h("p.error", {}, "✗ Refused ", time(last.at), `: ${count(errors, "error")}. The rules below are still in use; mend the files and save them.`),
      last.diagnostics.length > 0 && h("ul.diagnostics", {}, last.diagnostics.map(each =>
        h(`li.${each.severity}`, {},
          h("span.place", {}, bdi([each.file, each.line, each.column].filter(part => part !== null).join(":"), {dir: "ltr"})),
          h("p", {}, h("b", {}, each.severity), ": ", bdi(each.message, {dir: "ltr"})),
          each.hint && h("p.hint", {}, bdi(each.hint, {dir: "ltr"}))))),
    ];
  }

  function table() {
    const found = known.rules.filter(each => `${each.id} ${each.file}`.toLowerCase().includes(search.toLowerCase()));
    if (!found.length) return empty(search ? "No rule is called that." : "There are no rules: replyd is silent.");
    return [
      h("div.scrollx", {tabindex: 0, role: "region", "aria-label": "Rules"}, h("table", {},
        h("thead", {}, h("tr", {}, ["Rule", "Priority", "", "Place"].map(name => h("th", {scope: "col"}, name || h("span.unseen", {}, "Manner"))))),
        h("tbody", {}, found.slice(0, limit).map(each => h("tr", {"data-key": `rule-${each.id}`},
          h("th", {scope: "row"}, bdi(each.id)),
          h("td", {}, each.priority),
          h("td", {}, each.shadow && h("span.chip.warn", {title: "It only records what it would have done"}, "on trial"), each.continues && h("span.chip", {}, "continues")),
          h("td.place", {}, bdi(`${each.file}:${each.line}`, {dir: "ltr"}))))))),
      found.length > limit && h("p.hint", {}, `The first ${limit} of ${found.length.toLocaleString()} are shown. Search to see others.`),
    ];
  }

  return {
    title: () => "Rules",
    open() { load(); },
    forget() { known = error = null; },
    news(isAbout) { if (isAbout("rules")) load(); },
    draw: () => h("section.page", {},
      h("div.bar", {},
        h("h1", {tabindex: -1, "data-start": true}, "Rules"),
        h("button", {"data-do": "reload", "data-key": "reload"}, "Load the files now")),
      error && failure(error, "again"),
      !known ? !error && loading("rules") : [
        h("p", {}, count(known.rules.length, "rule"), " in ", count(known.files.length, "file"), ", revision ", h("code", {}, known.revision), ", from ", bdi(known.path, {dir: "ltr"}), "."),
        reload(),
        h("div.bar", {},
          h("h2", {}, "In the order in which they are tried"),
          h("label", {}, h("span.unseen", {}, "Search rules "), h("input", {type: "search", placeholder: "Rule or file", value: search, "data-do": "search", autocomplete: "off"}))),
        table(),
      ]),
    actions: {
      async reload() {
        if (await app.attempt(async () => { known = await post("/api/rules/reload"); })) app.say("The rules are loaded.");
        await load();
      },
      search(_, element) {
        search = element.value.trim();
        app.draw();
      },
      again: load,
    },
  };
}
