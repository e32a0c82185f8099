"""10,000 rules in 50 files: checking them, and loading them anew under load while messages are answered."""
import subprocess, threading, time

import servers, texts
from workplace import Load, at, say

part = "reload"
subject = "10,000 rules in 50 files"
rate = 200


def write_rules(folder):
    rules, _ = texts.measured("mixed", 10_000, messages=0)
    folder.mkdir()
    for file in range(50):
        lines = ["version: 1", "settings: {expired: silent}", "rules:"]
        for number, (phrase, word, regex, reply) in enumerate(rules[file * 200:file * 200 + 200]):
            match = f"{{regex: '{regex}'}}" if regex else f"[{phrase}, {word}]" if phrase else f"{{contains: {word}}}"
            lines.append(f"  - {{id: r{file}-{number}, match: {match}, reply: \"{reply}\"}}")
        (folder / f"rules-{file:02}.yaml").write_text("\n".join(lines) + "\n")
    # What the load asks for comes last, behind all of them.
    (folder / "shop.yaml").write_text(texts.shop_rules())


def run(workplace, results, quick):
    runs, seconds = (1, 4) if quick else (3, 8)
    folder = workplace.new_folder("reload")
    rules = folder / "rules"
    write_rules(rules)
    for _ in range(runs):
        begin = time.perf_counter()
        done = subprocess.run([workplace.replyd, "check", "--rules", rules], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            raise RuntimeError(f"replyd check: status {done.returncode}")
        results.add(part, subject, "replyd check, s", time.perf_counter() - begin)
    with Load(workplace, servers.shop_webhooks(), servers.line_answer, 100_000) as load:
        with servers.replyd(workplace, load.provider, rules=rules, folder=folder) as server:
            results.add(part, subject, "starting with them, s", server.start_up)
            load.to(server).open(rate, 2)
            for number in range(runs):
                say(f"reload {number + 1}/{runs}")
                add(results, "at rest", load.open(rate, seconds))
                with Reloading(server, rules, results):
                    add(results, "while they are loaded again and again", load.open(rate, seconds))
            results.add(part, subject, "memory after that, MiB", server.memory())
            results.add(part, subject, "most memory, MiB", server.memory("VmHWM"))


def add(results, when, said):
    case = f"{rate} a second, {when}"
    for share, name in [(0.5, "median"), (0.99, "99th percentile")]:
        results.add("answers while reloading", case, f"to the 200: {name}, ms", at(said["ack"], share))
        results.add("answers while reloading", case, f"to the provider: {name}, ms", at(said["reply"], share))


class Reloading:
    """Saves a file again and again, each time as soon as the rules of the last time are in use."""

    def __init__(self, server, rules, results):
        self.server, self.file, self.results = server, rules / "rules-00.yaml", results
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        text = self.file.read_text()
        count = 0
        while not self.is_over.is_set():
            count += 1
            behind = len(self.server.log)
            saved = time.monotonic()
            self.file.write_text(f"{text}# change {count} {saved}\n")
            loaded, _, _ = self.server.waits_for("rules loaded", behind)
            self.results.add(part, subject, "from saving to answering by it, s", loaded - saved)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()
