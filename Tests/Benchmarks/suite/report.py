"""results.json, RESULTS.md and the charts."""
import json, math, statistics

import charts
import end_to_end
from charts import number

counts = [10, 100, 1000, 10_000]


def write(place, results, versions):
    place.mkdir(parents=True, exist_ok=True)
    (place / "results.json").write_text(json.dumps(
        {"versions": versions, "parts": results.parts, "latencies": results.curves}, indent=1, ensure_ascii=False) + "\n")
    drawn = draw(place / "charts", results)
    lines = ["# Results", "", "Written by `Tests/Benchmarks/run`; what is measured how stands in [README.md](README.md). "
             "Figures are the median of several runs, with the least and the most in brackets.", ""]
    lines += goals(results)
    titles = {
        "one message": "One message: processor time", "matching": "Deciding one message, by number of rules: processor time",
        "loading rules": "Loading rules", "ingest": "Webhook to 200, 64 connections",
        "end to end": "Webhook to accepted send, closed loop", "constant rate": "Webhook to accepted send, constant rate",
        "idle": "An idle line", "reload": "10,000 rules", "answers while reloading": "Answers while rules are loaded",
        "growth": "Growth",
    }
    for part, title in titles.items():
        if part in results.parts:
            lines += [f"## {title}", ""]
            lines += [f"![{title}](charts/{part.replace(' ', '-')}.svg)", ""] if part in drawn else []
            lines += table(results.parts[part])
    lines += ["## Measured on", "", "| | |", "|---|---|"] + [f"| {name} | {value} |" for name, value in versions.items()]
    (place / "RESULTS.md").write_text("\n".join(lines) + "\n")


def cell(runs):
    if not runs:
        return "–"
    middle = number(statistics.median(runs))
    return middle if len(runs) == 1 else f"{middle} ({number(min(runs))}–{number(max(runs))})"


def table(part):
    subjects = part["metrics"]
    metrics = list(dict.fromkeys(metric for figures in subjects.values() for metric in figures))
    lines = []
    if subjects and len(metrics) > len(subjects):
        lines += ["| | " + " | ".join(subjects) + " |", "|---|" + "---|" * len(subjects)]
        lines += ["| " + " | ".join([metric] + [cell(figures.get(metric)) for figures in subjects.values()]) + " |" for metric in metrics]
    elif subjects:
        lines += ["| | " + " | ".join(metrics) + " |", "|---|" + "---|" * len(metrics)]
        lines += ["| " + " | ".join([subject] + [cell(figures.get(metric)) for metric in metrics]) + " |" for subject, figures in subjects.items()]
    lines += [""] if subjects else []
    notes = [f"- {subject}: {text}" for subject, texts in part["notes"].items() for text in texts]
    return lines + notes + ([""] if notes else [])


def ratio(one, other):
    return one / other if one is not None and other else None


def goals(results):
    """What was asked for, and what was measured: (what, wanted, value, whether it is enough, unit)."""
    median = results.median
    minute = next((name for name in results.parts.get("constant rate", {"metrics": {}})["metrics"]
                   if name.startswith(f"replyd, {end_to_end.target:,} ")), None)
    best = max([median("end to end", "replyd", f"{users} at once: answers a second") or 0 for users in (64, 512)]) or None
    pywa = max([median("end to end", name, f"{users} at once: answers a second") or 0
                for name in ("pywa", "pywa_async") for users in (64, 512)]) or None
    ingest = median("ingest", "replyd, messages", "done a second")
    hooks = median("ingest", "replyd, other hooks", "done a second")
    bare = median("ingest", "bare handler (Hummingbird)", "done a second")
    rules = "{:,} rules, µs"
    wanted = [
        ("deciding with 10,000 keyword rules against 10", "at most 1.5 ×",
         ratio(median("matching", "replyd, keywords", rules.format(10_000)), median("matching", "replyd, keywords", rules.format(10))), lambda x: x <= 1.5, " ×"),
        ("deciding with 10,000 keyword rules", "under 10 µs", median("matching", "replyd, keywords", rules.format(10_000)), lambda x: x < 10, " µs"),
        ("deciding with 1,000 regex rules", "under 30 µs", median("matching", "replyd, regexes", rules.format(1000)), lambda x: x < 30, " µs"),
        ("loading 10,000 rules, the slowest kind", "under 1,000 ms", worst(results, "10,000 rules, ms"), lambda x: x < 1000, " ms"),
        ("memory for them", "under 50 MiB", worst(results, "10,000 rules, MiB"), lambda x: x < 50, " MiB"),
        ("durable ingest against the bare handler: events that need no decision", "at least 0.35", ratio(hooks, bare), lambda x: x >= 0.35, ""),
        ("the same: messages, each of a new contact and decided before its 200", "at least 0.35", ratio(ingest, bare), lambda x: x >= 0.35, ""),
        ("its 99th percentile at 64 connections", "under 20 ms", median("ingest", "replyd, messages", "99th percentile, ms"), lambda x: x < 20, " ms"),
        ("the most answers a second, closed loop, against the most of pywa", "at least 20 ×", ratio(best, pywa), lambda x: x >= 20, " ×"),
    ]
    if minute:
        wanted += [
            (f"answers a second, sustained ({minute.split(' for ')[1]})", f"{end_to_end.target:,}", median("constant rate", minute, "answers a second"),
             # The last ones may still be on their way when the time is over.
             lambda x: x >= end_to_end.target * 0.995, ""),
            ("the most memory under that load", "under 80 MiB", median("constant rate", minute, "most memory, MiB"), lambda x: x < 80, " MiB"),
        ]
    idle = "webhook to the provider: {}, ms"
    wanted += [
        ("an idle line, webhook to the provider, median", "under 5 ms", median("idle", "replyd", idle.format("median")), lambda x: x < 5, " ms"),
        ("the same, 99th percentile", "under 20 ms", median("idle", "replyd", idle.format("99th percentile")), lambda x: x < 20, " ms"),
    ]
    grown, pairs = growth(results)
    if grown:
        wanted += [(f"growth, against an empty database: {name}", "within 20 %", value, ok, " ×") for name, value, ok in pairs]
        wanted.append((f"start-up with {grown}", "under 1,000 ms", median("growth", grown, "start-up, ms"), lambda x: x < 1000, " ms"))
    lines = ["| | wanted | measured | |", "|---|---|---|---|"]
    for what, goal, value, is_enough, unit in wanted:
        if value is not None:
            lines.append(f"| {what} | {goal} | {number(value)}{unit} | {'yes' if is_enough(value) else '**no**'} |")
    return ["## What was asked for", ""] + lines + [""] if len(lines) > 2 else []


def worst(results, metric):
    found = [results.median("loading rules", kind, metric) for kind in results.parts.get("loading rules", {"metrics": {}})["metrics"]]
    return max([value for value in found if value is not None], default=None)


def growth(results):
    """The grown database against the empty one: (metric, ratio, whether that is enough)."""
    figures = results.parts.get("growth", {"metrics": {}})["metrics"]
    grown = next((name for name in figures if "contacts" in name), None)
    if not grown or "an empty database" not in figures:
        return None, []
    pairs = []
    for metric in figures["an empty database"]:
        value = ratio(results.median("growth", grown, metric), results.median("growth", "an empty database", metric))
        if value is not None and metric not in ("start-up, ms", "most memory, MiB"):
            more_is_better = metric.endswith("a second") or "a second at" in metric
            pairs.append((metric.removesuffix(", ms"), value, (lambda x: x >= 0.8) if more_is_better else (lambda x: x <= 1.2)))
    return grown, pairs


def draw(place, results):
    """Draws what there is; returns the parts that have a chart."""
    place.mkdir(exist_ok=True)
    drawn = {
        "matching": matching(results),
        "ingest": bars(results, "ingest", "Webhooks acknowledged a second",
                       "64 connections, wrk on the same machine; replyd alone has them on disk by then", "done a second"),
        "end-to-end": end_to_end_chart(results),
        "constant-rate": latencies(results),
        "growth": growth_chart(results),
    }
    found = set()
    for name, text in drawn.items():
        path = place / f"{name}.svg"
        if text:
            path.write_text(text)
            found.add(name.replace("-", " "))
        else:
            path.unlink(missing_ok=True)
    return found


def matching(results):
    series = {}
    for subject in ["replyd, keywords", "replyd, regexes", "RiveScript, keywords", "Python re, keywords, one by one",
                    "PCRE2 with JIT, keywords, one by one", "PCRE2 with JIT, regexes, one by one"]:
        points = [(count, results.median("matching", subject, f"{count:,} rules, µs")) for count in counts]
        series[subject.removesuffix(", one by one")] = [point for point in points if point[1]]
    return charts.lines(
        "Time to find the rule for a message", "Processor time; both axes logarithmic. replyd's includes folding and deciding.",
        series, [(count, f"{count:,}") for count in counts], "rules", "µs a message", math.log10)


def bars(results, part, title, note, metric, subjects=None):
    rows = []
    for subject in subjects or results.parts.get(part, {"metrics": {}})["metrics"]:
        runs = results.runs(part, subject, metric)
        if runs:
            rows.append((subject, statistics.median(runs), min(runs), max(runs)))
    return charts.bars(title, note, rows)


def end_to_end_chart(results):
    rows = []
    for subject, users in [(subject, users) for subject in ("replyd", "pywa", "pywa_async") for users in (64, 512)]:
        runs = results.runs("end to end", subject, f"{users} at once: answers a second")
        if runs:
            rows.append((f"{subject}, {users} at once", statistics.median(runs), min(runs), max(runs)))
    return charts.bars(
        "Answers a second, webhook to accepted send", "Twenty rules; load and provider on the same machine; the line spans all runs", rows)


def latencies(results):
    series = {
        subject: [(share, time) for share, time in points if share < 1]
        for subject, points in results.curves.get("latency", {}).items()}
    ticks = [(0, "0"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")]
    return charts.lines(
        "From webhook to the request at the provider", "Constant rates; counted from the moment each message was due",
        series, ticks, "of all messages take no longer", "ms", lambda share: -math.log10(1 - share))


def growth_chart(results):
    grown, pairs = growth(results)
    if not grown:
        return None
    return charts.bars(
        f"{grown}, against an empty database", "1 is as with an empty one (the line across)",
        [(name.replace("webhook to", "→"), value, value, value) for name, value, _ in pairs], " ×", 1)
