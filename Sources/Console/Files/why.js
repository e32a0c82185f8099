// What each rule says to a message.
import {bdi, count, h} from "./dom.js";

const limit = 200;

/** The rules in the order in which they are tried; those that match stand out. */
export function whyList(why, key) {
  const matched = why.filter(each => each.matched).length;
  return h("details", {"data-key": `${key}-rules`, open: why.length <= 12},
    h("summary", {}, `${count(why.length, "rule")}, ${matched} matching`),
    h("ol.rules", {}, why.slice(0, limit).map(each =>
      h(`li${each.matched ? ".matched" : ""}`, {},
        h("span.sign", {role: "img", "aria-label": each.matched ? "matches" : "does not match"}, each.matched ? "✓" : "·"),
        h("span", {}, h("b", {}, bdi(each.rule)), " ", bdi(each.because, {dir: "ltr"}), " ",
          h("span.place", {}, bdi(`${each.file}:${each.line}`, {dir: "ltr"})))))),
    why.length > limit && h("p.hint", {}, `The first ${limit} are shown; \`replyd try --why\` shows all.`));
}
