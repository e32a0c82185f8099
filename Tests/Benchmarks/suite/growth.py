"""A line that has been busy for long: a million contacts, ten million messages; against a new one.

replyd itself handles some hundred messages; what it wrote then is copied, row by row, until there is enough: new
contacts, ids and times, and everything else as it was."""
import contextlib, http.client, shutil, sqlite3, time

import end_to_end, ingest, servers
from workplace import Load, at, say

part = "growth"
sample_contacts, sample_messages = 20, 200
day = 86_400_000


def columns(db, table):
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def sample(workplace, folder):
    """What replyd writes for some conversations: half of the messages have an answer."""
    asked, silent = servers.shop_webhooks(), ingest.silent_webhooks()
    with Load(workplace, asked, servers.line_answer, sample_contacts) as load:
        with servers.replyd(workplace, load.provider, folder=folder) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            for number in range(sample_messages):
                contact, turn = number % sample_contacts, number // sample_contacts
                body = (asked if turn % 2 else silent)[number % 100]
                body = body.replace("#" * 10, f"{number:010}").replace("@" * 8, f"{contact:08}")
                connection.request("POST", server.path, body.encode(), {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"the sample got status {answer.status}")
            end_to_end.settle(server.database)
    with contextlib.closing(sqlite3.connect(server.database)) as db:
        tables = ("contact", "message", "attempt")
        count = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    if count != [sample_contacts, sample_messages, sample_messages // 2]:
        raise RuntimeError(f"the sample has {count} contacts, messages, attempts")
    return server.database


def grow(database, copies):
    """Makes `copies` of all that is there; the copies of one row follow each other, so that what belongs to one
    conversation lies far apart, as it does when it comes in over months."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.executescript(f"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
            PRAGMA temp_store_directory = '{database.parent}'; PRAGMA foreign_keys = OFF; PRAGMA threads = 2;
            """)
        indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        db.execute("BEGIN")
        db.execute("CREATE TEMP TABLE copy (number INTEGER PRIMARY KEY)")
        db.execute(
            "INSERT INTO copy WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
            "SELECT i FROM n", [copies])

        def number(column):
            """The new number of a row that had `column`; copy 0 of the first is 0 + 1."""
            return f"(({column} - 1) * {copies} + copy.number + 1)"

        messages = sample_messages * copies
        # The last message is of now, the first one of eighty days ago.
        ago = f"({messages} - {{}}) * {80 * day} / {messages}"

        def phone(column):
            return f"printf('%08d', {number(column)} - 1)"

        special = {
            "contact": {
                "id": number("row.id"), "number": f"'9725' || {phone('row.id')}",
                "address": f"'9725' || {phone('row.id')}", "provider_id": f"'IL.16058' || {phone('row.id')}",
            },
            "conversation": {"id": number("row.id")},
            "message": {
                "id": number("row.id"), "conversation": number("row.conversation"),
                "unique_id": "hex(randomblob(10))", "address": f"'9725' || {phone('row.conversation')}",
            },
            "decision": {"message": number("row.message")},
            # Looks for its message in the outbox, so it comes first.
            "attempt": {"id": number("row.id"), "entry": number("row.entry"), "unique_id": "hex(randomblob(10))"},
            "outbox": {
                "id": number("row.id"), "message": number("row.message"), "conversation": number("row.conversation"),
            },
        }
        when = {
            "message": number("row.id"), "decision": number("row.message"), "outbox": number("row.message"),
            "attempt": number("row.of_message"),
        }
        times = {"timestamp", "received_at", "decided_at", "created_at", "due_at", "expires_at", "started_at", "ended_at"}
        for table, own in special.items():
            say(f"growth: {table}")
            names = columns(db, table)
            unknown = set(own) - set(names)
            if unknown:
                raise RuntimeError(f"the table {table} has no {', '.join(unknown)} any more: growth.py must learn the new schema")
            values = [
                own.get(name) or
                (f"row.{name} - {ago.format(when[table])}" if name in times and table in when else f"row.{name}")
                for name in names]
            more = ", (SELECT message FROM main.outbox WHERE id = entry) AS of_message" if table == "attempt" else ""
            db.execute(f"CREATE TEMP TABLE sample AS SELECT *{more} FROM main.{table} ORDER BY 1")
            db.execute(f"DELETE FROM main.{table}")
            db.execute(
                f"INSERT INTO main.{table} ({', '.join(names)}) SELECT {', '.join(values)} "
                "FROM sample row CROSS JOIN copy ORDER BY row.rowid, copy.number")
            db.execute("DROP TABLE sample")
        db.execute("COMMIT")
        for name, sql in indexes:
            say(f"growth: index {name}")
            db.execute(sql)
        return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("contact", "message")]


def run(workplace, results, quick):
    copies = 1_000 if quick else 50_000
    folder = workplace.new_folder("grown")
    need = copies * sample_messages * 1_500
    free = shutil.disk_usage(folder).free
    if free < need:
        results.note(part, "grown", f"not measured: it needs {need >> 30} GiB of disk, {free >> 30} GiB are free (--folder)")
        return
    begin = time.perf_counter()
    database = sample(workplace, folder)
    contacts, messages = grow(database, copies)
    say(f"growth: {contacts:,} contacts and {messages:,} messages in {time.perf_counter() - begin:.0f} s, "
        f"{database.stat().st_size / 2**30:.1f} GiB")
    grown = f"{contacts:,} contacts, {messages:,} messages"
    results.note(part, grown, f"{database.stat().st_size / 2**30:.1f} GiB, {database.stat().st_size / messages:,.0f} bytes a message, every other one answered")
    empty = workplace.new_folder("empty")
    runs, seconds = (1, 2) if quick else (3, 5)
    for number in range(runs):
        for subject, place in [("an empty database", empty), (grown, folder)]:
            say(f"growth {number + 1}/{runs}: {subject}")
            first = (number + 1) * 1_000_000_000
            with Load(workplace, servers.shop_webhooks(), servers.line_answer, contacts, first) as load:
                with servers.replyd(workplace, load.provider, folder=place) as server:
                    load.to(server)
                    results.add(part, subject, "start-up, ms", server.start_up * 1000)
                    load.closed(16, 1)
                    said = load.closed(64, seconds)
                    results.add(part, subject, "answers a second at 64 at once", said["replied in time"] / said["seconds"])
                    end_to_end.explain(results, part, subject, said)
                    end_to_end.settle(server.database)
                    said = load.open(60, seconds)
                    results.add(part, subject, "idle: webhook to the provider, median, ms", at(said["reply"], 0.5))
                    results.add(part, subject, "idle: webhook to the provider, 99th percentile, ms", at(said["reply"], 0.99))
                    figure = ingest.hammer(workplace, server, ingest.silent_webhooks(), seconds, first + 500_000_000, contacts)
                    results.add(part, subject, "webhooks stored a second", (figure["answers"] - figure["refused"]) / figure["seconds"])
                    results.add(part, subject, "webhook to its 200 at 64 at once, 99th percentile, ms", figure["p99"])
                    results.add(part, subject, "most memory, MiB", server.memory("VmHWM"))
                    end_to_end.settle(server.database)
