"""Starting what is measured: sextant, the Node peer, nginx. Each stays on one core."""

import contextlib
import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
BUILD = PROJECT / "build/release"  # ./x bench --build changes it
SERVER_CORE, LOAD_CORE = "0", "1"


def program(name="sextant"):
    return BUILD / name


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running server: where it listens and what it takes."""

    def __init__(self, process, port, token=None):
        self.process, self.port, self.token = process, port, token

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def headers(self, **more):
        return ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | more

    def get(self, path, **headers):
        """(status, headers, body) of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", path, headers=self.headers(**headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def resident_mb(self, peak=False):
        name = "VmHWM:" if peak else "VmRSS:"
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().split()
        return int(status[status.index(name) + 1]) / 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def wait_until_ready(self, path):
        for _ in range(3000):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get(path)[0] < 500:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        raise RuntimeError(f"no answer from {self.process.args}")


@contextlib.contextmanager
def running(command, port, ready, token=None, **options):
    log = open(PROJECT / "build/bench/servers.log", "ab")
    process = subprocess.Popen(command, stdout=log, stderr=log, **options)
    try:
        server = Server(process, port, token)
        server.wait_until_ready(ready)
        yield server
    finally:
        process.terminate()
        process.wait()


def sextant_environment(data):
    # Budgets out of the way: they would end every measurement after a second.
    return os.environ | {
        "SEXTANT_DATA": str(data),
        "SEXTANT_HTTP_LOOPS": "1",
        "SEXTANT_VELOCITY_RATE_PER_MINUTE": "1000000000",
        "SEXTANT_VELOCITY_RATE_PER_DAY": "1000000000",
        "SEXTANT_LOG_LEVEL": "warning",
    }


def token(data):
    """A token for the store, made once."""
    kept = pathlib.Path(data) / "bench.token"
    if not kept.exists():
        command = [program(), "token", "create", "--org", "main", "--name", "bench", "--expires", "never"]
        kept.write_text(subprocess.check_output(command, env=sextant_environment(data), text=True))
    return kept.read_text().strip()


def sextant(data):
    port = free_port()
    command = ["taskset", "-c", SERVER_CORE, program(), "serve", "--listen", f"127.0.0.1:{port}"]
    return running(command, port, "/readyz", token(data), env=sextant_environment(data))


def peer(database):
    port = free_port()
    command = ["taskset", "-c", SERVER_CORE, shutil.which("node"), HERE / "peer/server.js", database, str(port)]
    return running(command, port, "/healthz")


def nginx(folder):
    """nginx that serves `folder`, one worker, the files held open."""
    port = free_port()
    home = PROJECT / "build/bench/nginx"
    home.mkdir(parents=True, exist_ok=True)
    config = (HERE / "nginx.conf").read_text().replace("@PORT@", str(port)).replace("@ROOT@", str(folder))
    (home / "nginx.conf").write_text(config)
    command = ["taskset", "-c", SERVER_CORE, "nginx", "-p", home, "-c", home / "nginx.conf"]
    return running(command, port, "/")
