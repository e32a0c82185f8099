// What needs a person, as `replyd status` says it, each with the way to where it can be mended.
import {bdi, count, h} from "./dom.js";

const places = {
  rules: ["#/rules", "Look at the rules"],
  account: ["#/overview", "Look at the accounts"],
  budget: ["#/overview", "Look at the accounts"],
  queue: ["#/overview", "Look at the accounts"],
  held: ["#/outbox?state=held", "Look at what is held"],
  failed: ["#/outbox?state=failed", "Look at what has failed"],
  posts: ["#/outbox?state=", "Look at the posts"],
};

/** On a phone they would leave no room for anything else. */
const isNarrow = matchMedia("(max-width: 760px)").matches;

/** The problems, which can be folded away. */
export function needs(problems) {
  return h("details", {open: !isNarrow, "data-key": "needs"},
    h("summary", {}, h("b", {}, "This needs you"), `: ${count(problems.length, "thing")}`),
    h("ul", {}, problems.map(problem => {
      const [href, name] = places[problem.kind] ?? [];
      return h("li", {"data-key": `${problem.kind}-${problem.account}-${problem.remedy}`},
        h("span", {}, bdi(problem.text, {dir: "ltr"}), ". "),
        problem.remedy && h("span.remedy", {}, bdi(problem.remedy, {dir: "ltr"}), " "),
        href && h("a", {href}, name));
    })));
}
