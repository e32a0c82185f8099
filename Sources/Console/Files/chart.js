// Charts of the last day as SVG: pictures for who sees them, and the same numbers as a table.
import {h, hour, moment} from "./dom.js";

const height = 200, left = 48, bottom = 24, top = 8;

/** As wide as there is room for: letters are never scaled. */
const room = () => Math.min(Math.max(document.documentElement.clientWidth - 58, 240), 830);

/** A round number that is not smaller. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find(step => step * power >= value * 0.999) * power;
}

function axes(day, most, say) {
  const width = room();
  const x = at => left + (at - day.begin) / (day.end - day.begin) * (width - left);
  const y = value => height - bottom - value / most * (height - bottom - top);
  const hours = [];
  const first = new Date(day.begin * 1000);
  first.setMinutes(0, 0, 0);
  for (let at = first.getTime() / 1000; at < day.end; at += 3600) {
    if (at > day.begin + 1800 && at < day.end - 1800 && new Date(at * 1000).getHours() % 6 === 0) hours.push(at);
  }
  const grid = h("g.grid", {}, [0, most / 2, most].map(value => [
    h("line", {x1: left, x2: width, y1: y(value), y2: y(value)}),
    h("text", {x: left - 6, y: y(value) + 4, "text-anchor": "end"}, say(value)),
  ]), hours.map(at => h("text", {x: x(at), y: height - 6, "text-anchor": "middle"}, hour(at))));
  return {x, y, grid};
}

function figure(title, parts, rows, ...drawing) {
  const legend = h("ul.legend", {"aria-hidden": "true"}, parts.map(([name, label]) => h(`li.${name}`, {}, label)));
  return h("figure", {},
    h("figcaption", {}, title),
    drawing.length ? [
      legend,
      h("svg", {width: room(), height, role: "img", "aria-label": `${title}. The numbers are in the table below.`}, drawing),
      h("details", {"data-key": `table-${title}`}, h("summary", {}, "As a table"),
        h("div.scrollx", {tabindex: 0, role: "region", "aria-label": title}, h("table", {},
          h("thead", {}, h("tr", {}, ["Time", ...parts.map(([, label]) => label)].map(label => h("th", {scope: "col"}, label)))),
          h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", {scope: "row"}, first), rest.map(cell => h("td", {}, cell)))))))),
    ] : h("p.hint", {}, "Nothing yet."));
}

/** Numbers of each kind upon one another, for spans of `step` seconds. */
export function bars(title, day, parts, step) {
  const sums = new Map();
  for (const slot of day.series) {
    const at = Math.floor(slot.at / step) * step;
    if (!sums.has(at)) sums.set(at, Object.fromEntries(parts.map(([name]) => [name, 0])));
    for (const [name] of parts) sums.get(at)[name] += slot[name];
  }
  const filled = [...sums].filter(([, slot]) => parts.some(([name]) => slot[name] > 0));
  if (!filled.length) return figure(title, parts, []);
  const round = Math.max(2, ceiling(Math.max(...filled.map(([, slot]) => parts.reduce((sum, [name]) => sum + slot[name], 0)))));
  // Half of it is written beside the axis, and there is no half message.
  const most = round + round % 2;
  const {x, y, grid} = axes(day, most, value => value.toLocaleString());
  const drawn = filled.map(([at, slot]) => {
    let base = 0;
    const begin = Math.max(x(at), left) + 1;
    return parts.map(([name]) => {
      const [low, high] = [base, base += slot[name]];
      return high > low && h(`rect.${name}`, {x: begin, width: Math.max(Math.min(x(at + step), room()) - begin - 1, 1), y: y(high), height: y(low) - y(high)});
    });
  });
  return figure(title, parts, filled.map(([at, slot]) => [moment(at), ...parts.map(([name]) => slot[name])]), grid, drawn);
}

/** Values that may be missing; what lies side by side is joined. */
export function lines(title, day, parts, say) {
  const known = day.series.filter(slot => parts.some(([name]) => slot[name] !== null));
  if (!known.length) return figure(title, parts, []);
  const most = ceiling(Math.max(...known.flatMap(slot => parts.map(([name]) => slot[name] ?? 0)), 0.01));
  const {x, y, grid} = axes(day, most, say);
  const drawn = parts.map(([name]) => {
    let path = "", before = null;
    for (const slot of known) {
      if (slot[name] === null) continue;
      const isNext = before !== null && slot.at - before <= day.interval;
      path += `${isNext ? "L" : "M"}${x(slot.at).toFixed(1)} ${y(slot[name]).toFixed(1)}${isNext ? "" : "h.01"}`;
      before = slot.at;
    }
    return h(`path.${name}`, {d: path});
  });
  return figure(title, parts, known.map(slot => [moment(slot.at), ...parts.map(([name]) => slot[name] === null ? "–" : say(slot[name]))]), grid, drawn);
}
