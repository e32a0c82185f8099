// How it goes: the accounts, the traffic, and how long answers take.
import {get, seldom} from "./api.js";
import {bars, lines} from "./chart.js";
import {bdi, count, failure, h, loading, phone, span, time} from "./dom.js";

export function overview(app) {
  let traffic = null, error = null;

  const load = () => app.load(() => get("/api/traffic"), (answer, failure) => {
    error = failure;
    if (answer) traffic = answer;
  });

  const refresh = seldom(load);

  function account(each) {
    const isStopped = each.state === "stopped";
    return h(`li.card${isStopped ? ".bad" : ""}`, {"data-key": `account-${each.number}`},
      h("h3", {}, phone(each.number), " ", h(`span.chip${isStopped ? ".bad" : ".good"}`, {}, each.state)),
      isStopped && h("p", {}, "Since ", time(each.since), ": ", bdi(each.reason, {dir: "ltr"})),
      h("p.hint", {}, `${each.provider} · ${count(each.waiting, "entry", "entries")} waiting`,
        each.held > 0 && ` · ${each.held.toLocaleString()} held`, each.failed > 0 && ` · ${each.failed.toLocaleString()} failed`,
        each.failed_posts > 0 && ` · ${count(each.failed_posts, "post")} failed`, each.rate !== null && ` · up to ${each.rate} a second`,
        ` · unknown: ${each.on_unknown}`),
      spending(each));
  }

  /** What the account has sent this month, what it came to, and what is left of its budget. */
  function spending({sent, cost, budget}) {
    const kinds = Object.entries(sent).sort(([, a], [, b]) => b - a).map(([kind, number]) => `${number.toLocaleString()} ${kind}`);
    const amount = cost && `${cost.amount.toLocaleString(undefined, {minimumFractionDigits: 2, maximumFractionDigits: 2})} ${cost.currency}`;
    const isSpent = budget && budget.used >= budget.messages;
    return [
      (kinds.length > 0 || amount) && h("p.hint", {}, "This month: ", kinds.join(", ") || "nothing sent", amount && [" · ", h("b", {}, bdi(amount))]),
      budget && h(`p.hint${isSpent ? ".error" : ""}`, {},
        `${budget.used.toLocaleString()} of ${budget.messages.toLocaleString()} messages of its budget ${budget.per === "month" ? "this month" : "today"}`,
        isSpent && budget.then === "silent" && ": nothing is answered until it begins anew"),
    ];
  }

  function charts() {
    const {series, interval} = traffic;
    const sum = name => series.reduce((sum, slot) => sum + slot[name], 0);
    const end = Math.floor(Date.now() / 1000 / interval + 1) * interval;
    const day = {series, begin: end - 86_400, end, interval};
    const facts = [
      [sum("messages"), "messages"], [sum("replies"), "replied to"], [sum("templates"), "by template"],
      [sum("silences"), "left alone"], [sum("sent"), "sent"], [sum("failed"), "failed"],
      ...[[sum("posts"), "forwarded"], [sum("failed_posts"), "not forwarded"]].filter(([number]) => number > 0),
    ];
    return [
      h("dl.facts", {}, facts.map(([number, name]) => h("div", {}, h("dt", {}, name), h("dd", {}, number.toLocaleString())))),
      h("p.hint", {}, "Messages of the last 24 hours, and what they have led to by now. One message may have several answers that are sent, or fail."),
      bars("Messages and what they led to", day, [["replies", "Replied to"], ["templates", "By template"], ["silences", "Left alone"]], 1800),
      lines("From a message's arrival until its answer was accepted", day, [["p50", "Half of them within"], ["p95", "95 % within"]], span),
    ];
  }

  return {
    title: () => "Overview",
    open() { load(); },
    forget() { traffic = error = null; },
    news() { refresh(); },
    draw: () => h("section.page", {},
      h("h1", {tabindex: -1, "data-start": true}, "Overview"),
      h("h2", {}, "Accounts"),
      h("ul.cards", {}, app.accounts.map(account)),
      h("h2", {}, "Traffic"),
      error && failure(error, "again"),
      traffic ? charts() : !error && loading("traffic")),
    actions: {again: load},
  };
}
