// What needs a person, as `replyd status` says it, each with the way to where it can be mended.
import {bdi, count, h} from "./dom.js";

const places = {
  rules: ["#/rules", "Look at the rules"],
  account: ["#/overview", "Look at the accounts"],
  queue: ["#/overview", "Look at the accounts"],
  held: ["#/outbox?state=held", "Look at what is held"],
  failed: ["#/outbox?state=failed", "Look at what has failed"],
  posts: ["#/outbox?state=failed", "Look at what has failed"],
};

/** The problems, folded away by who has seen them. */
export function needs(problems) {
  return h("details", {open: true, "data-key": "needs"},
    h("summary", {}, h("b", {}, "This needs you"), `: ${count(problems.length, "thing")}`),
    h("ul", {}, problems.map(problem => {
      const [href, name] = places[problem.kind] ?? [];
      return h("li", {"data-key": `${problem.kind}-${problem.account}`},
        h("span", {}, bdi(problem.text, {dir: "ltr"}), ". "),
        problem.remedy && h("span.remedy", {}, bdi(problem.remedy, {dir: "ltr"}), " "),
        href && h("a", {href}, name));
    })));
}
