"""The installed program at work: started by its units' own lines, asked, stopped; and behind nginx."""

import contextlib
import http.client
import http.server
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

import installation
from installation import DEPLOY, UNITS, Installation, output, wait_until


def setUpModule():
    global target
    target = Installation()
    unittest.addModuleCleanup(target.close)


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ready(port):
    """The exit status of the image's health check."""
    return subprocess.run([DEPLOY / "ready", "127.0.0.1", str(port)], stderr=subprocess.DEVNULL, timeout=10).returncode


@contextlib.contextmanager
def answering(status):
    """The port of a server that answers everything with `status`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class WithData(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sextant-node-")))
        self.data = self.folder / "data"


class Program(WithData):
    def test_says_the_packages_version(self):
        version = output("dpkg-deb", "--field", installation.package, "Version").strip()
        said = output(target.path("usr/bin/sextant"), "--version", env=target.environment(self.data))
        self.assertIn(version, said)

    def test_serves_by_the_units_line_until_sigterm(self):
        process, port = self.enterContext(target.node(self.data))
        wait_until(lambda: ready(port) == 0, "/readyz")
        process.send_signal(signal.SIGTERM)
        unit = target.path(f"{UNITS}/sextant.service").read_text()
        self.assertEqual(process.wait(int(re.search(r"TimeoutStopSec=(\d+)s", unit)[1])), 0)

    def test_imports_by_the_units_line(self):
        source = self.folder / "engine"
        person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        output("git", "init", "--quiet", source)
        output("git", "-C", source, *person, "commit", "--quiet", "--allow-empty", "-m", "Start the engine (#1)")
        variables = {"PLACE": str(source), "OPTIONS": "--repo acme/engine --months 1200"}
        output(*target.exec_start("sextant-import@.service", **variables), env=target.environment(self.data))
        listed = output(target.path("usr/bin/sextant"), "repo", "list", env=target.environment(self.data))
        self.assertIn("acme/engine", listed)


class HealthCheck(unittest.TestCase):
    def test_is_well_only_on_200(self):
        for status, exit_status in ((200, 0), (503, 1), (404, 1)):
            with answering(status) as port:
                self.assertEqual(ready(port), exit_status, status)

    def test_is_unwell_where_nobody_listens(self):
        self.assertNotEqual(ready(closed_port()), 0)


class BehindNginx(WithData):
    """The example with addresses of this machine: one node is up, the other two are not."""

    def setUp(self):
        super().setUp()
        _, node = self.enterContext(target.node(self.data))
        self.plain, self.secure = closed_port(), closed_port()
        self.write_certificate()
        site = (DEPLOY / "nginx.conf").read_text()
        for written, here in (
            ("192.0.2.11:8321", f"127.0.0.1:{closed_port()}"),
            ("192.0.2.12:8321", f"127.0.0.1:{node}"),
            ("192.0.2.13:8321", f"127.0.0.1:{closed_port()}"),
            ("  listen [::]:80;\n", ""),
            ("  listen [::]:443 ssl http2;\n", ""),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.secure} "),
            ("/etc/ssl/sextant/", f"{self.folder}/"),
        ):
            self.assertIn(written, site)
            site = site.replace(written, here)
        (self.folder / "site.conf").write_text(site)
        self.write_main()
        self.command = ["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", "stderr"]

    def write_certificate(self):
        subject = ["-subj", "/CN=sextant.example.org", "-addext", "subjectAltName=DNS:sextant.example.org"]
        files = ["-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        output("openssl", "req", "-x509", *curve, "-noenc", "-days", "2", *subject, *files)

    def write_main(self):
        paths = "".join(f"{kind}_temp_path {kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            "daemon off; pid nginx.pid; user root; worker_processes 1; events {}\n"
            f"http {{ access_log off;\n{paths}include site.conf; }}\n"
        )

    def connect(self):
        context = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
        plain = socket.create_connection(("127.0.0.1", self.secure), timeout=10)
        return context.wrap_socket(plain, server_hostname="sextant.example.org")

    def get(self, path, **headers):
        context = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", self.secure, timeout=10, context=context)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def run_nginx(self):
        process = subprocess.Popen(self.command, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

        def listening():
            with contextlib.suppress(OSError):
                self.connect().close()
                return True

        wait_until(listening, "nginx")

    def test_nginx_understands_the_example(self):
        self.assertIn("test is successful", output(*self.command, "-t"))

    def test_requests_reach_the_node_that_is_up(self):
        self.run_nginx()
        for _ in range(6):
            self.assertEqual(self.get("/readyz")[0], 200)
        self.assertEqual(self.get("/api/v1/pull-requests")[0], 401)
        self.assertEqual(self.get("/metrics")[0], 200)

    def test_speaks_http_2_and_sends_plain_requests_there(self):
        self.run_nginx()
        with self.connect() as connection:
            self.assertEqual(connection.selected_alpn_protocol(), "h2")
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.plain, timeout=10)) as connection:
            connection.request("GET", "/api/v1/pull-requests", headers={"Host": "sextant.example.org"})
            answer = connection.getresponse()
        self.assertEqual(answer.status, 308)
        self.assertEqual(answer.headers["Location"], "https://sextant.example.org/api/v1/pull-requests")

    def test_request_ids_go_through_and_are_made_where_there_is_none(self):
        self.run_nginx()
        sent = {"X-Request-Id": "deploy-check-1"}
        self.assertEqual(self.get("/readyz", **sent)[1].get_all("X-Request-Id"), ["deploy-check-1"])
        self.assertRegex(self.get("/readyz")[1]["X-Request-Id"], "^[0-9a-f]{32}$")
