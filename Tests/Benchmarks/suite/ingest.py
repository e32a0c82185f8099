"""Webhook to 200 with wrk: 64 connections, each message once."""
import contextlib, json, sqlite3

import servers, texts
from workplace import Unavailable, account, here, output, say

part = "ingest"
contacts = 1_000_000


def hammer(workplace, server, bodies, seconds, first, contacts=contacts):
    """What wrk says of some seconds at 64 connections."""
    file = workplace.new_folder("bodies") / "bodies"
    file.write_text("\n".join(bodies) + "\n")
    said = output(
        workplace.debian("wrk", "wrk"), "-t1", "-c64", f"-d{seconds}s", "--timeout", "10s", "-s", here / "ingest.lua",
        f"http://127.0.0.1:{server.port}{server.path}", "--", file, first, contacts)
    return json.loads(said[said.index("{"):])


def silent_webhooks(hook="new"):
    """Messages that no rule answers, so that nothing is sent."""
    words = texts.Random(3)
    return [texts.webhook(text, account, hook) for text in words.messages(100)]



def run(workplace, results, quick):
    seconds, runs = (2, 1) if quick else (6, 3)
    subjects = [
        ("bare handler (Hummingbird)", lambda: servers.bare(workplace), silent_webhooks(), None),
        ("replyd, messages", lambda: servers.replyd(workplace), silent_webhooks(), "message"),
        ("replyd, other hooks", lambda: servers.replyd(workplace), silent_webhooks("other"), "hook"),
        ("webhook (Go), acknowledging alone", lambda: servers.webhook(workplace, False), silent_webhooks(), None),
        ("webhook (Go), running /bin/true", lambda: servers.webhook(workplace, True), silent_webhooks(), None),
        ("pywa, no rule matching", lambda: servers.pywa(workplace, "sync", 9), silent_cloud_webhooks(), None),
    ]
    for number in range(runs):
        for subject, start, bodies, table in subjects:
            say(f"ingest {number + 1}/{runs}: {subject}")
            try:
                with start() as server:
                    hammer(workplace, server, bodies, 1 if quick else 2, 0)
                    before, cpu = server.processor_time(), None
                    figure = hammer(workplace, server, bodies, seconds, 1_000_000_000)
                    cpu = server.processor_time() - before
                    done = figure["answers"] - figure["refused"]
                    if table:
                        check(server, table, done, subject)
                    note(results, part, subject, figure, done, cpu, server)
            except (Unavailable, RuntimeError) as reason:
                results.note(part, subject, f"not measured: {reason}")


def note(results, part, subject, figure, done, cpu, server):
    results.add(part, subject, "done a second", done / figure["seconds"])
    if done:
        results.add(part, subject, "median, ms", figure["p50"])
        results.add(part, subject, "99th percentile, ms", figure["p99"])
        results.add(part, subject, "CPU a webhook, µs", cpu / done * 1e6)
    results.add(part, subject, "most memory, MiB", server.memory("VmHWM"))
    for what in ("refused", "failed"):
        if figure[what]:
            results.note(part, subject, f"{what}: {figure[what] / figure['answers']:.1%} (not counted as done)"
                         if figure["answers"] else f"{what}: {figure[what]}")


def check(server, table, done, subject):
    """Every 200 of the measured run is in the database."""
    with contextlib.closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as db:
        column = "unique_id" if table == "message" else "payload"
        like = "bench1%" if table == "message" else '%"bench1%'
        found = db.execute(f"SELECT count(*) FROM {table} WHERE {column} LIKE ?", [like]).fetchone()[0]
    if found < done:
        raise RuntimeError(f"{subject}: {done} were acknowledged, {found} are in the database")


def silent_cloud_webhooks():
    return [texts.cloud_webhook(text) for text in texts.Random(3).messages(100)]
