"""What one message costs: replyd's pure parts (`measure`), and engines that try rules one by one."""
import json

import texts
from workplace import Unavailable, here, output, say

part = "matching"
kinds = {"keywords": "keywords", "contains": "contains", "regexes": "regexes", "mixed": "mixed"}


def rule_count(count):
    return f"{count:,} rules"


def run(workplace, results, quick):
    say("replyd's pure parts")
    runs = 2 if quick else 7
    shares = {}
    for line in output(workplace.measure, "--runs", runs).splitlines():
        figure = json.loads(line)
        name, _, kind = figure["name"].partition(" ")
        count = figure.get("rules", 0)
        if name == "answered":
            shares[kind, count] = figure["share"]
        elif name == "load":
            results.add("loading rules", kind, f"{count:,} rules, ms", figure["nanoseconds"][0] / 1e6)
            if count == 10_000:
                results.add("loading rules", kind, "10,000 rules, MiB", figure["bytes"] / 2**20)
        else:
            for time in figure.get("nanoseconds", []):
                if name == "decide":
                    results.add(part, f"replyd, {kind}", f"{rule_count(count)}, µs", time / 1000)
                else:
                    results.add("one message", figure["name"], "µs", time / 1000)
    peers(workplace, results, 1 if quick else 5, shares)


def peers(workplace, results, runs, shares):
    engines = [
        ("PCRE2 with JIT", "keywords", pcre2), ("PCRE2 with JIT", "regexes", pcre2),
        ("Python re", "keywords", python_re), ("Python re", "regexes", python_re),
        ("RiveScript", "keywords", rivescript),
    ]
    for engine, kind, measure in engines:
        subject = f"{engine}, {kind}, one by one" if measure is not rivescript else engine + ", keywords"
        for count in [10, 100, 1000, 10_000]:
            if measure is rivescript and count == 10_000:
                results.note(part, subject, "not tried with 10,000")
                continue
            say(f"{subject}: {count:,} rules")
            rules, messages = texts.measured(kind, count)
            # The slower, the fewer messages: they are alike.
            messages = messages[:max(40, min(1000, (20_000 if measure is rivescript else 1_000_000) // count))]
            folder = workplace.new_folder("match")
            (folder / "messages").write_text("\n".join(messages) + "\n")
            try:
                figure = json.loads(measure(workplace, folder, kind, rules, runs))
            except Unavailable as reason:
                results.note(part, subject, f"not here: {reason}")
                break
            for time in figure["nanoseconds"]:
                results.add(part, subject, f"{rule_count(count)}, µs", time / 1000)
            share = shares.get((kind, count))
            if share is not None and abs(figure["answered"] - share) > 0.03:
                results.note(part, subject, f"of {count:,} rules answers {figure['answered']:.0%}, replyd {share:.0%}")


def patterns(kind, rules, group):
    if kind == "keywords":
        return [rf"\b(?:{phrase}|{word})\b" for phrase, word, _, _ in rules]
    return [regex.replace("(?<", group) for _, _, regex, _ in rules]


def pcre2(workplace, folder, kind, rules, runs):
    (folder / "rules").write_text("\n".join(patterns(kind, rules, "(?<")) + "\n")
    return output(workplace.compiled("match_pcre2", "-lpcre2-8"), folder / "rules", folder / "messages", runs)


def python_re(workplace, folder, kind, rules, runs):
    (folder / "rules").write_text("\n".join(patterns(kind, rules, "(?P<")) + "\n")
    return output(workplace.python(), here / "match_python.py", "re", folder / "rules", folder / "messages", runs)


def rivescript(workplace, folder, kind, rules, runs):
    lines = ["! version = 2.0"]
    for phrase, word, _, reply in rules:
        lines += [f"+ [*] ({phrase}|{word}) [*]", f"- {reply}", ""]
    (folder / "rules").write_text("\n".join(lines))
    return output(
        workplace.python(), here / "match_python.py", "rivescript", folder / "rules", folder / "messages", runs)
