"""What the measurements need around them: folders, peers and tools that are installed or compiled, processes."""
import contextlib, json, os, pathlib, platform, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time

here = pathlib.Path(__file__).resolve().parent
root = here.parents[2]


class Unavailable(Exception):
    """Something to compare with is not here and can't be installed; says why."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def output(*command, **more):
    """What a command prints; Unavailable if it fails."""
    try:
        return subprocess.run(
            [str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            **more).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        last = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise Unavailable(f"{pathlib.Path(str(command[0])).name}: {last[-1] if last else error}")


class Workplace:
    """Where things are. What is installed and compiled stays in `.build/benchmarks`; all else goes with the run."""

    def __init__(self, replyd, measure, bare, folder):
        self.cache = root / ".build/benchmarks"
        self.cache.mkdir(parents=True, exist_ok=True)
        self.replyd, self.measure, self.bare = replyd, measure, bare
        self.folder = pathlib.Path(folder)
        self.count = 0
        self.no_python = None

    def new_folder(self, name):
        self.count += 1
        folder = self.folder / f"{self.count}-{name}"
        folder.mkdir()
        return folder

    def debian(self, package, program, is_service=False):
        """A program of a Debian package, installed where it is missing; a service is only unpacked, so that it is not
        started."""
        installed = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/usr/bin")
        if installed:
            return installed
        place = self.cache / "debian" / package
        found = place / "usr/bin" / program
        if is_service and found.exists():
            return str(found)
        say(f"fetching {package} from Debian")
        if os.geteuid() == 0:
            output("apt-get", "update", "-qq")
        if not is_service:
            if os.geteuid() != 0:
                raise Unavailable(f"{program} is not here: sudo apt-get install {package}")
            output("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
            return program
        place.mkdir(parents=True, exist_ok=True)
        output("apt-get", "download", package, cwd=place)
        for archive in place.glob("*.deb"):
            output("dpkg-deb", "-x", archive, place)
        return str(found)

    def python(self):
        """A Python of our own with the packages to compare with."""
        python = self.cache / "python/bin/python"
        done = self.cache / "python/installed"
        wanted = (here / "requirements.txt").read_text()
        if self.no_python:
            raise self.no_python
        if not done.exists() or done.read_text() != wanted:
            say("installing what is compared with from PyPI")
            try:
                output(sys.executable, "-m", "venv", "--clear", self.cache / "python")
                output(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", here / "requirements.txt")
            except Unavailable as reason:
                self.no_python = Unavailable(f"can't be installed from PyPI ({reason})")
                raise self.no_python
            done.write_text(wanted)
        return str(python)

    def compiled(self, name, *flags):
        """A C program of this folder."""
        source, program = here / f"{name}.c", self.cache / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            output(shutil.which("cc") or "clang", "-O2", "-Wall", "-o", program, source, *flags)
        return str(program)

    def versions(self):
        """The machine, and what ran on it."""
        def line(*command, pattern=r"\S.*"):
            try:
                done = subprocess.run(
                    [str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                return re.search(pattern, done.stdout)[0]
            except (OSError, TypeError):
                return "not here"

        cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
        versions = {
            "machine": f"{os.cpu_count()} × {cpu[1] if cpu else platform.machine()}, {memory / 2**20:.0f} GiB, "
                       f"Linux {platform.release()}",
            "file system": line("df", "--output=fstype", self.folder, pattern=r"\S+$") + f" at {self.folder.parent}",
            "replyd": line(self.replyd, "--version"),
            "checkout": line("git", "-C", root, "describe", "--always", "--dirty"),
            "Swift": line("swift", "--version", pattern=r"Swift version \S+"),
            "Python": platform.python_version(),
            "SQLite": line("pkg-config", "--modversion", "sqlite3"),
            "wrk": line("dpkg-query", "-W", "-f", "${Version}", "wrk"),
            "PCRE2": line("pkg-config", "--modversion", "libpcre2-8"),
        }
        with contextlib.suppress(Unavailable):
            versions["webhook (Go)"] = line(self.debian("webhook", "webhook", is_service=True), "-version", pattern=r"\d\S*")
        with contextlib.suppress(Unavailable):
            for package in json.loads(output(self.python(), "-m", "pip", "list", "--format", "json")):
                if package["name"].lower() in ("pywa", "uvicorn", "rivescript", "starlette", "httptools", "uvloop"):
                    versions[package["name"]] = package["version"]
        return versions


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Process:
    """A server that is measured."""

    def __init__(self, command, cwd, env=None):
        self.log = []
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.log.append((time.monotonic(), line.rstrip()))

    def waits_for(self, pattern, behind=0, within=120):
        """The moment of the first line like that, its match, and the number of the line behind it."""
        deadline = time.monotonic() + within
        place = behind
        while True:
            while place < len(self.log):
                moment, line = self.log[place]
                place += 1
                if match := re.search(pattern, line):
                    return moment, match, place
            if self.process.poll() is not None and not self.reader.is_alive() and place >= len(self.log):
                raise RuntimeError(f"ended with status {self.process.returncode}: {self.log[-3:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"no '{pattern}' within {within} s: {self.log[-3:]}")
            time.sleep(0.001)

    def waits_for_port(self, port, within=30):
        deadline = time.monotonic() + within
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"does not listen: {[line for _, line in self.log[-3:]]}")
                time.sleep(0.02)

    def memory(self, which="VmRSS"):
        """MiB: VmRSS now, VmHWM at most so far, RssAnon now and of its own."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{which}:\s+(\d+)", status)[1]) / 1024

    def processor_time(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.reader.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


account = "972771234567"


class Replyd(Process):
    """replyd, listening; its rules and its database are in `folder`."""

    def __init__(self, workplace, folder, rules, provider=9, extra=""):
        configuration = folder / "replyd.yaml"
        configuration.write_text(
            f"listen: 127.0.0.1:0\nrules: {rules}\n{extra}accounts:\n"
            f"  - {{number: \"{account}\", provider: 99digital, base_url: 'http://127.0.0.1:{provider}', "
            "api_key: k, webhook_secret: benchmark}\n")
        self.database = folder / "replyd.sqlite"
        super().__init__([workplace.replyd, "serve", "--config", configuration], cwd=folder)
        try:
            listening, match, _ = self.waits_for(r"listening port=(\d+)")
        except BaseException:
            self.stop()
            raise
        self.port, self.path = int(match[1]), f"/webhook/{account}?key=benchmark"
        self.start_up = listening - self.started


class Load:
    """The program `load`: sends webhooks and is the provider."""

    def __init__(self, workplace, bodies, answer, contacts, first=0):
        file = workplace.new_folder("bodies") / "bodies"
        file.write_text("\n".join(bodies) + "\n")
        self.process = subprocess.Popen(
            [workplace.compiled("load"), file, answer, str(contacts), str(first)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, start_new_session=True)
        self.provider = self._answer()["provider"]

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended; see above")
        return json.loads(line)

    def _tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def to(self, server):
        self._tell(f"to {server.port} {server.path}")
        return self

    def closed(self, users, seconds, until="reply"):
        self._tell(f"closed {users} {seconds} {until}")
        return self._answer()

    def open(self, rate, seconds):
        self._tell(f"open {rate} {seconds}")
        return self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def at(times, share):
    """A percentile in milliseconds of what `load` says; None where nothing came."""
    return next((time for there, time in times if there == share), None)


@contextlib.contextmanager
def temporary_folder(place):
    folder = tempfile.mkdtemp(prefix="replyd-benchmarks-", dir=place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
