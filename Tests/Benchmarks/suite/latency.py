"""An idle line: one message now and then, from webhook to the request at the provider; memory and CPU at rest."""
import time

import servers
from workplace import Load, at, say

part = "idle"
subject = "replyd"


def run(workplace, results, quick):
    runs, seconds = (1, 3) if quick else (3, 8)
    with Load(workplace, servers.shop_webhooks(), servers.line_answer, 100_000) as load:
        with servers.replyd(workplace, load.provider) as server:
            load.to(server)
            time.sleep(1)
            results.add(part, subject, "memory before the first message, MiB", server.memory())
            results.add(part, subject, "of it its own (not files'), MiB", server.memory("RssAnon"))
            load.open(60, 1)
            for number in range(runs):
                say(f"idle {number + 1}/{runs}")
                said = load.open(60, seconds)
                for share, name in [(0.5, "median"), (0.99, "99th percentile")]:
                    results.add(part, subject, f"webhook to its 200: {name}, ms", at(said["ack"], share))
                    results.add(part, subject, f"webhook to the provider: {name}, ms", at(said["reply"], share))
                cpu, rest = server.processor_time(), 3 if quick else 10
                time.sleep(rest)
                results.add(part, subject, "CPU at rest, ms a second", (server.processor_time() - cpu) / rest * 1000)
            results.curve("latency", "replyd, 60/s", said["reply"])
            results.add(part, subject, "memory after them, MiB", server.memory())
            begin = time.perf_counter()
            server.stop()
            results.add(part, subject, "stopping, ms", (time.perf_counter() - begin) * 1000)
