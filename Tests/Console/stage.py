"""A provider that stands in, a replyd that runs, and a browser."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

REPLYD = os.environ["REPLYD"]
TOKEN = "console-token-never-to-be-seen"
SECRET = "webhook-secret-never-to-be-seen"
ACCOUNT = "972771234567"
OTHER_ACCOUNT = "972550000019"
META_ACCOUNT = "972770000021"

RULES = """
version: 1
settings:
  expired: {template: reopen_chat, language: he, variables: ["{{contact.name}}"]}
rules:
  - id: hours
    match: [שעות פתיחה, opening hours]
    reply: "א׳–ה׳ 09:00–18:00"
  - id: order
    match: {regex: 'order\\s*#?(?<number>\\d+)'}
    reply: "Order {{match.number}} is on its way."
"""


def eventually(look, what="it", seconds=30):
    """Looks again and again; what it gives in the end."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"did not happen: {what}")
        time.sleep(0.03)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(url, body=None, headers=None, method=None):
    """The status, the headers and the text."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(
        url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=40) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Stage:
    def __init__(self, rules=RULES, meta=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="replyd-console-"))
        self.processes = []
        self.ports = {name: free_port() for name in ("webhooks", "admin", "sandbox", "meta")}
        self.page = f"http://127.0.0.1:{self.ports['admin']}"
        self.write_rules(rules)
        hooks = f"http://127.0.0.1:{self.ports['webhooks']}/webhook"
        provider = f"http://127.0.0.1:{self.ports['sandbox']}"
        (self.folder / "replyd.yaml").write_text(f"""
listen: 127.0.0.1:{self.ports['webhooks']}
admin: 127.0.0.1:{self.ports['admin']}
admin_token: {TOKEN}
database: data.sqlite
rules: rules.yaml
loop_guard: off
accounts:
  - {{number: "{ACCOUNT}", provider: 99digital, api_key: key, webhook_secret: {SECRET}, base_url: "{provider}/whatsapp/v2"}}
  - {{number: "{OTHER_ACCOUNT}", provider: 019sms, api_key: key, webhook_secret: {SECRET}, base_url: "{provider}/api/whatsapp"}}
""")
        if meta:
            with open(self.folder / "replyd.yaml", "a") as configuration:
                configuration.write(f"""  - number: "{META_ACCOUNT}"
    provider: meta
    base_url: "http://127.0.0.1:{self.ports['meta']}"
    phone_number_id: "{META_ACCOUNT}"
    api_key: key
    app_secret: {SECRET}
    verify_token: verify-token-never-to-be-seen
    budget: {{messages: 10, per: month}}
    prices: {{message: 0.05, template: 0.20, currency: ILS}}
""")
            self.run("sandbox", "--provider", "meta", "--listen", f"127.0.0.1:{self.ports['meta']}", "--time-scale",
                     "0.001", "--app-secret", SECRET, f"--account={META_ACCOUNT}={hooks}/meta")
            eventually(lambda: self.answers("meta", "/sandbox/accounts"), "the sandbox of Meta answers")
        (self.folder / "replyd.yaml").chmod(0o600)
        self.run("sandbox", "--listen", f"127.0.0.1:{self.ports['sandbox']}", "--time-scale", "0.001",
                 *(f"--account={number}={hooks}/{number}?key={SECRET}" for number in (ACCOUNT, OTHER_ACCOUNT)))
        eventually(lambda: self.answers("sandbox", "/sandbox/accounts"), "the sandbox answers")
        self.start()

    def write_rules(self, rules):
        (self.folder / "rules.yaml").write_text(rules)

    def run(self, *arguments):
        with open(self.folder / "log", "ab") as log:
            process = subprocess.Popen([REPLYD, *arguments], cwd=self.folder, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start(self):
        self.daemon = self.run("serve", "--config", "replyd.yaml")
        eventually(lambda: self.answers("admin", "/"), "replyd answers")

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(30)

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self, port, path):
        try:
            return request(f"http://127.0.0.1:{self.ports[port]}{path}")[0] == 200
        except OSError:
            return False

    def say(self, text, contact="972501234567", name="Dana", account=ACCOUNT, **more):
        """Writes as a contact."""
        body = {"account": account, "from": contact, "text": text, "name": name, **more}
        port = self.ports["meta" if account == META_ACCOUNT else "sandbox"]
        _, _, answer = request(f"http://127.0.0.1:{port}/sandbox/say", body)
        assert json.loads(answer)["status"] == 200, answer

    def faults(self, *faults):
        request(f"http://127.0.0.1:{self.ports['sandbox']}/sandbox/faults", list(faults))

    def received(self, provider="sandbox"):
        """What the provider has accepted."""
        _, _, answer = request(f"http://127.0.0.1:{self.ports[provider]}/sandbox/received")
        return [send for send in json.loads(answer) if send["accepted"]]

    def api(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return json.loads(request(self.page + path, body, headers, method)[2])


def make_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--disable-background-networking", "--no-first-run", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
