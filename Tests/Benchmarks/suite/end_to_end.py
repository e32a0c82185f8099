"""Webhook to accepted send: `load` sends webhooks and is the provider; twenty rules, each message has its answer."""
import contextlib, sqlite3, time

import servers
from workplace import Load, Unavailable, at, say

part = "end to end"
contacts = 200_000
target = 3000


def settle(database, within=60):
    """Waits until no message is to be decided and no answer to be sent."""
    deadline = time.monotonic() + within
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        while time.monotonic() < deadline:
            waiting = db.execute("SELECT EXISTS (SELECT 1 FROM message WHERE is_decided = 0)").fetchone()[0]
            if not waiting and not db.execute(
                    "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'held') AND state <> 'held'"
            ).fetchone()[0]:
                return
            time.sleep(0.2)


def settled(database):
    """How many sends were accepted, once nothing waits any more."""
    settle(database)
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM outbox WHERE state = 'sent'").fetchone()[0]


def size(database):
    """Bytes a message, with all that came of it."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        pages, page, messages = [
            db.execute(sql).fetchone()[0]
            for sql in ("PRAGMA page_count", "PRAGMA page_size", "SELECT count(*) FROM message")]
    return pages * page / messages


def run(workplace, results, quick):
    seconds, runs, minute = (3, 1, 10) if quick else (6, 3, 60)
    subjects = [("replyd", None), ("pywa", "sync"), ("pywa_async", "async")]
    for number in range(runs):
        for subject, kind in subjects:
            say(f"end to end {number + 1}/{runs}: {subject}")
            try:
                with started(workplace, kind) as (server, load):
                    load.closed(16, 1 if quick else 2)
                    before = settled(server.database) if not kind else 0
                    replies = 0
                    for users in [64, 512]:
                        cpu = server.processor_time()
                        said = load.closed(users, seconds)
                        replies += said["replied"]
                        add(results, subject, f"{users} at once: ", said)
                        if said["replied"] and users == 64:
                            cost = (server.processor_time() - cpu) / said["replied"] * 1e6
                            results.add(part, subject, "CPU an answer, µs", cost)
                    results.add(part, subject, "most memory, MiB", server.memory("VmHWM"))
                    if not kind:
                        check(results, subject, settled(server.database) - before, replies)
            except (Unavailable, RuntimeError) as reason:
                results.note(part, subject, f"not measured: {reason}")
    sustained(workplace, results, quick, minute)


@contextlib.contextmanager
def started(workplace, kind):
    """A server with its load and stand-in provider; `kind` is pywa's, or None for replyd."""
    bodies, answer = (
        (servers.cloud_webhooks(), servers.cloud_answer) if kind else (servers.shop_webhooks(), servers.line_answer))
    with Load(workplace, bodies, answer, contacts) as load:
        provider = load.provider
        with (servers.pywa(workplace, kind, provider) if kind else servers.replyd(workplace, provider)) as server:
            load.to(server)
            yield server, load


def add(results, subject, case, said):
    results.add(part, subject, case + "answers a second", said["replied in time"] / said["seconds"])
    results.add(part, subject, case + "median, ms", at(said["reply"], 0.5))
    results.add(part, subject, case + "99th percentile, ms", at(said["reply"], 0.99))
    explain(results, part, subject, said)


def explain(results, part, subject, said):
    for what in ("refused", "failed", "given up", "twice", "never had their turn"):
        if said[what]:
            more = f" (status {said['refused with']})" if what == "refused" else ""
            planned = said["sent"] + said["never had their turn"]
            results.note(part, subject, f"{what}{more}: {said[what]:,} of {planned:,}")
    missing = said["sent"] - said["refused"] - said["failed"] - said["replied"]
    if missing > 0:
        results.note(part, subject, f"acknowledged and not answered when the run ended: {missing:,} of {said['sent']:,}")


def check(results, subject, accepted, replies):
    """The database says the same as the provider."""
    if accepted != replies:
        results.note(part, subject, f"the database has {accepted} accepted sends, the provider got {replies}")


def sustained(workplace, results, quick, minute):
    """A constant rate for a minute: times count from when each message was due, so that waiting counts."""
    for subject, kind, rate, seconds in [
        ("replyd", None, target, minute), ("replyd", None, 100, min(minute, 15)),
        ("pywa", "sync", 100, min(minute, 15)), ("pywa_async", "async", 100, min(minute, 15)),
    ]:
        name = f"{subject}, {rate:,} a second for {seconds} s"
        say(f"constant rate: {name}")
        try:
            with started(workplace, kind) as (server, load):
                load.closed(16, 1 if quick else 3)
                before = settled(server.database) if not kind else 0
                cpu = server.processor_time()
                said = load.open(rate, seconds)
                cpu = server.processor_time() - cpu
                results.add("constant rate", name, "answers a second", said["replied in time"] / said["seconds"])
                for share, metric in [(0.5, "median"), (0.99, "99th percentile"), (0.999, "99.9th percentile")]:
                    results.add("constant rate", name, f"{metric}, ms", at(said["reply"], share))
                results.add("constant rate", name, "to the 200: 99th percentile, ms", at(said["ack"], 0.99))
                results.add("constant rate", name, "CPU, of one core", cpu / seconds)
                results.add("constant rate", name, "memory at the end, MiB", server.memory())
                results.add("constant rate", name, "most memory, MiB", server.memory("VmHWM"))
                explain(results, "constant rate", name, said)
                results.curve("latency", f"{subject}, {rate:,}/s", said["reply"])
                if not kind:
                    accepted = settled(server.database) - before
                    if accepted != said["replied"]:
                        results.note("constant rate", name, f"the database has {accepted} accepted sends, the provider got {said['replied']}")
                    results.add("constant rate", name, "bytes a message in the database", size(server.database))
        except (Unavailable, RuntimeError) as reason:
            results.note("constant rate", name, f"not measured: {reason}")
