"""The package in a root of its own: installed by dpkg, run by the lines its units hold."""

import contextlib
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
UNITS = "usr/lib/systemd/system"
PATIENCE_S = 20

package = None  # the .deb; check.py says which


def output(*command, **options):
    return subprocess.check_output([str(part) for part in command], text=True, stderr=subprocess.STDOUT, **options)


def wait_until(happened, what):
    """What `happened` returns, once that is true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.01)
    raise AssertionError(f"not within {PATIENCE_S} s: {what}")


class Installation:
    """A root with nothing but the package; removed with `close`."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sextant-package-")
        self.root = pathlib.Path(self.folder.name) / "root"
        for name in ("etc", "var/lib/dpkg/info", "var/lib/dpkg/updates"):
            (self.root / name).mkdir(parents=True)
        for name in ("etc/passwd", "etc/group", "var/lib/dpkg/status"):
            (self.root / name).touch()
        self.dpkg("--install", package)

    def close(self):
        self.folder.cleanup()

    # Nothing the package depends on is in there, no shell either: its scripts run outside, on DPKG_ROOT.
    def dpkg(self, *arguments):
        force = ["--force-not-root", "--force-depends", "--force-script-chrootless"]
        return output("dpkg", f"--root={self.root}", *force, *arguments)

    def path(self, name):
        return self.root / name.lstrip("/")

    def environment(self, data, **more):
        """Of a process of ours: nothing of the machine's settings. Port 0 is any free one."""
        ours = {"SEXTANT_DATA": str(data), "SEXTANT_LISTEN": "127.0.0.1:0"}
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | ours | more

    def exec_start(self, unit, **variables):
        """The command of a unit, its paths in this root, its variables as systemd puts them in."""
        line = re.search(r"^ExecStart=(.*)$", self.path(f"{UNITS}/{unit}").read_text(), re.MULTILINE)[1]
        command = []
        for word in line.split():
            if whole := re.fullmatch(r"\$\{(\w+)\}", word):
                command.append(variables[whole[1]])
            elif split := re.fullmatch(r"\$(\w+)", word):
                command += shlex.split(variables[split[1]])
            else:
                command.append(str(self.path(word)) if word.startswith("/") else word)
        return command

    @contextlib.contextmanager
    def node(self, data):
        """A server as sextant.service starts it: (process, port)."""
        log = pathlib.Path(self.folder.name) / "server.log"
        command = self.exec_start("sextant.service")
        with open(log, "wb") as errors:
            process = subprocess.Popen(command, stderr=errors, env=self.environment(data))

        def started():
            if process.poll() is not None:
                raise AssertionError(f"{command} ended: {log.read_text()}")
            return re.search(r"server\.started .*port=(\d+)", log.read_text())

        try:
            yield process, int(wait_until(started, "server.started")[1])
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextlib.contextmanager
def installed():
    installation = Installation()
    try:
        yield installation
    finally:
        installation.close()
