"""Runs inside the suite's own Python: `match_python.py re|rivescript RULES MESSAGES RUNS`, one of each a line; prints
{"answered": …, "nanoseconds": [processor time a message, …]}."""
import json, re, sys, time

engine, rules, messages, runs = sys.argv[1:]
rules, messages = [open(path, encoding="utf-8").read().splitlines() for path in (rules, messages)]

if engine == "re":
    patterns = [re.compile(rule, re.IGNORECASE) for rule in rules]

    def is_answered(message):
        return any(pattern.search(message) for pattern in patterns)
else:
    from rivescript import RiveScript

    bot = RiveScript(utf8=True)
    bot.stream("\n".join(rules))
    bot.sort_replies()

    def is_answered(message):
        return not bot.reply("user", message).startswith("[ERR")

times = []
for run in range(int(runs) + 1):
    begin = time.process_time_ns()
    answered = sum(map(is_answered, messages))
    if run or int(runs) == 0:
        times.append((time.process_time_ns() - begin) / len(messages))
print(json.dumps({"nanoseconds": times, "answered": answered / len(messages)}))
