"""Rows of the table about deliveries: out of the durable queue, signed, beside a client that only sends."""

import json
import subprocess
import tempfile

import servers
from figures import Row

CONNECTIONS = 64

# A receiver that takes everything and does nothing with it.
RECEIVER = """daemon off;
pid nginx.pid;
error_log stderr error;
worker_processes 1;
user root;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:@PORT@;
    location / { return 200 "ok"; }
  }
}
"""


def receiver():
    port = servers.free_port()
    home = servers.PROJECT / "build/bench/receiver"
    home.mkdir(parents=True, exist_ok=True)
    (home / "nginx.conf").write_text(RECEIVER.replace("@PORT@", str(port)))
    command = ["taskset", "-c", servers.LOAD_CORE, "nginx", "-p", home, "-c", home / "nginx.conf"]
    return servers.running(command, port, "/")


def per_second(*arguments):
    command = [servers.program("tests/bench/deliveries_bench"), *map(str, arguments)]
    return json.loads(subprocess.check_output(command))["per_s"]


def measure(rounds, count=20_000):
    ratios, ours, theirs = [], [], []
    with receiver() as there:
        url = there.url("/hook")
        for _ in range(rounds):
            with tempfile.TemporaryDirectory(dir=servers.PROJECT / "build/bench") as directory:
                ours.append(per_second("queue", url, count, CONNECTIONS, directory))
            theirs.append(per_second("bare", url, count, CONNECTIONS))
            ratios.append(ours[-1] / theirs[-1])
    yield Row("deliveries, durable and signed", "the same client without a queue", 0.5, ratios,
              ours_per_s=max(ours), client_per_s=max(theirs))
