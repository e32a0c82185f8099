"""Charts as SVG, by hand: readable on light and dark pages, and without colours."""
import math
from html import escape

# Each colour on light and on dark pages. No CSS variables: some viewers do not know them.
_palette = {
    "ink": ("#1f2328", "#e6edf3"), "faint": ("#59636e", "#9198a1"), "grid": ("#d1d9e0", "#3d444d"),
    "page": ("#ffffff", "#0d1117"), "a": ("#0969da", "#58a6ff"), "b": ("#cf5b00", "#ff9a5a"), "c": ("#1a7f37", "#56d364"),
    "d": ("#a0378f", "#e58fd8"), "e": ("#8a6d00", "#e3b341"), "f": ("#59636e", "#9198a1"),
}


def _classes(scheme):
    return " ".join(
        f".f-{name} {{ fill: {colours[scheme]} }} .s-{name} {{ stroke: {colours[scheme]} }}"
        for name, colours in _palette.items())


_style = f"""
  text {{ font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif }}
  .title {{ font-size: 16px; font-weight: 600 }} .small {{ font-size: 12px }}
  .end {{ text-anchor: end }} .middle {{ text-anchor: middle }}
  polyline {{ fill: none; stroke-width: 2.5; stroke-linejoin: round }}
  {_classes(0)}
  @media (prefers-color-scheme: dark) {{ {_classes(1)} }}
"""
_colours = "abcdef"
_dashes = ["", "7 3", "2 3", "9 3 2 3", "4 4", "1 4"]


def _page(title, note, width, height, parts):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title"><title id="title">{escape(title)}</title>',
        f"<style>{_style}</style>",
        f'<rect width="{width}" height="{height}" rx="8" class="f-page"/>',
        f'<text class="f-ink title" x="20" y="30">{escape(title)}</text>',
        f'<text class="f-faint small" x="20" y="50">{escape(note)}</text>', *parts, "</svg>", ""])


def number(value):
    """Three figures, with thousands separated."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bars(title, note, rows, unit="", limit=None):
    """One bar each: (name, value, least, most); a limit is a line across."""
    rows = [row for row in rows if row[1] is not None]
    if not rows:
        return None
    left, width, step = 290, 800, 34
    most = max([row[3] for row in rows] + [limit or 0])
    room = width - left - 150
    height = 76 + step * len(rows)
    parts = []
    for place, (name, value, least, top) in enumerate(rows):
        y = 66 + place * step
        length = max(2, value / most * room)
        colour = "a" if name.startswith("replyd") else "f"
        parts += [
            f'<text class="f-ink end" x="{left - 10}" y="{y + 16}">{escape(name)}</text>',
            f'<rect x="{left}" y="{y}" width="{length:.1f}" height="22" rx="3" class="f-{colour}"/>',
            f'<line x1="{left + least / most * room:.1f}" x2="{left + top / most * room:.1f}" y1="{y + 11}" '
            f'y2="{y + 11}" class="s-ink" stroke-width="1.5"/>',
            f'<text class="f-ink" x="{left + top / most * room + 8:.1f}" y="{y + 16}">{number(value)}{escape(unit)}</text>']
    if limit:
        x = left + limit / most * room
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="60" y2="{height - 14}" class="s-b" stroke-dasharray="4 3"/>')
    return _page(title, note, width, height, parts)


def lines(title, note, series, ticks_x, label_x, label_y, scale_x):
    """Lines over `scale_x` of x, logarithmic in y: {name: [(x, y)]}; each is named at its end."""
    series = {name: points for name, points in series.items() if len(points) > 1}
    if not series:
        return None
    width, height, left, right, top, bottom = 800, 476, 80, 570, 92, 416
    ys = [y for points in series.values() for _, y in points if y > 0]
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    xs = [scale_x(x) for x, _ in ticks_x]

    def at(x, y):
        share = (math.log10(max(y, 10**low)) - low) / max(1, high - low)
        return left + (scale_x(x) - min(xs)) / (max(xs) - min(xs)) * (right - left), bottom - share * (bottom - top)

    parts = []
    for power in range(low, high + 1):
        y = at(ticks_x[0][0], 10.0**power)[1]
        parts += [f'<line class="s-grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>',
                  f'<text class="f-faint small end" x="{left - 8}" y="{y + 4:.1f}">{number(10.0**power)}</text>']
    for x, name in ticks_x:
        place = at(x, 10.0**low)[0]
        parts += [f'<line class="s-grid" x1="{place:.1f}" x2="{place:.1f}" y1="{top}" y2="{bottom}"/>',
                  f'<text class="f-faint small middle" x="{place:.1f}" y="{bottom + 20}">{escape(name)}</text>']
    parts += [f'<text class="f-faint small middle" x="{(left + right) / 2}" y="{bottom + 42}">{escape(label_x)}</text>',
              f'<text class="f-faint small" x="20" y="{top - 14}">{escape(label_y)}</text>']
    names = []
    for place, (name, points) in enumerate(series.items()):
        colour, dash = _colours[place % 6], _dashes[place % 6]
        path = " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in points)
        parts.append(f'<polyline points="{path}" class="s-{colour}" stroke-dasharray="{dash}"/>')
        names.append([*at(*points[-1]), name, colour])
    # Names that would lie on each other move apart, away from the end of their line as little as can be.
    names.sort(key=lambda name: name[1])
    places = [name[1] for name in names]
    for _ in range(200):
        for i in range(len(places) - 1):
            overlap = 17 - (places[i + 1] - places[i])
            if overlap > 0:
                places[i] -= overlap / 2
                places[i + 1] += overlap / 2
    for (x, y, name, colour), place in zip(names, places):
        parts += [f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{right + 14}" y2="{place:.1f}" class="s-{colour}" opacity="0.6"/>',
                  f'<text x="{right + 18}" y="{place + 4:.1f}" class="f-{colour}">{escape(name)}</text>']
    return _page(title, note, width, height, parts)
