"""What webhooks are sent to: each opens on a free port and is stopped by `with`."""
import json

import texts
from workplace import Process, Replyd, Unavailable, account, free_port, here


def replyd(workplace, provider=9, rules=None, folder=None, extra=""):
    """replyd with the twenty rules, on a database of its own."""
    folder = folder or workplace.new_folder("replyd")
    if rules is None:
        rules = folder / "rules"
        rules.mkdir(exist_ok=True)
        (rules / "shop.yaml").write_text(texts.shop_rules())
    return Replyd(workplace, folder, rules, provider, extra)


def bare(workplace):
    """The HTTP server alone: reads the body, answers 200."""
    if not workplace.bare:
        raise Unavailable("the binary `bare` is not built: swift build -c release --package-path Tests/Benchmarks --product bare")
    port = free_port()
    server = Process([workplace.bare, str(port)], workplace.new_folder("bare"))
    return ready(server, port, "/webhook")


def webhook(workplace, command):
    """Debian's webhook (Go), which runs `command` for every webhook, or acknowledges alone."""
    folder, port = workplace.new_folder("webhook"), free_port()
    program = workplace.debian("webhook", "webhook", is_service=True)
    hook = {"id": "hook", "execute-command": "/bin/true", "http-methods": ["POST"]}
    if not command:
        # A rule that no webhook satisfies: it is parsed, answered with 200, and that is all.
        hook["trigger-rule"] = {"match": {"type": "value", "value": "never", "parameter": {"source": "payload", "name": "hook"}}}
        hook["trigger-rule-mismatch-http-response-code"] = 200
    (folder / "hooks.json").write_text(json.dumps([hook]))
    server = Process([program, "-hooks", "hooks.json", "-ip", "127.0.0.1", "-port", str(port)], folder)
    return ready(server, port, "/hooks/hook")


def pywa(workplace, kind, provider):
    """The same twenty rules on pywa and uvicorn."""
    port = free_port()
    server = Process(
        [workplace.python(), here / "pywa_bot.py", kind, str(port), str(provider)], workplace.new_folder("pywa"))
    return ready(server, port, "/")


def ready(server, port, path):
    server.port, server.path = port, path
    try:
        server.waits_for_port(port)
    except BaseException:
        server.stop()
        raise
    return server


cloud_answer = json.dumps({
    "messaging_product": "whatsapp", "contacts": [{"input": "1", "wa_id": "1"}],
    "messages": [{"id": "wamid.S##########"}]})
line_answer = json.dumps({"status": "OK", "reason": 1, "unique": "S##########"})


def shop_webhooks():
    return [texts.webhook(text, account) for text in texts.shop_texts()]


def cloud_webhooks():
    return [texts.cloud_webhook(text) for text in texts.shop_texts()]
