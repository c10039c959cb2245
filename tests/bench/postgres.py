"""Rows of the table about PostgreSQL: pages beside pgbench, the CSV beside psql, import beside our own SQLite."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import time

import imports
import load
import servers
from figures import Row
from lists import best

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
CONNECTIONS = 8  # as many as the server has workers
PAGE = """
\\set at random({oldest}, {newest})
{repository}SELECT id, repository, identity, source_type, number, title, score, merged_at, updated_at, merge_commit
FROM pull_requests WHERE organization = {organization}{filter} AND (merged_at, id) < (:at, 9223372036854775807)
ORDER BY merged_at DESC, id DESC LIMIT 51;
"""
COPY = "\\copy (SELECT * FROM pull_requests ORDER BY merged_at DESC, id DESC) TO STDOUT CSV"


class Database:
    """A PostgreSQL of the benchmark's own, on a socket in its folder."""

    def __init__(self, home):
        self.home, self.port = home, servers.free_port()

    def url(self, name):
        return f"postgresql://postgres@/{name}?host={self.home}&port={self.port}"

    def command(self, program, *arguments):
        """PostgreSQL refuses to run as root."""
        drop = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        return [*drop, PROGRAMS / program, *arguments]

    def make(self):
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres")
        data = self.home / "data"
        run(self.command("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"))
        return self

    @contextlib.contextmanager
    def running(self):
        data = self.home / "data"
        options = f"-p {self.port} -k {self.home} -c listen_addresses= -c shared_buffers=1GB -c max_wal_size=8GB"
        run(self.command("pg_ctl", "-w", "-D", data, "-l", self.home / "log", "-o", options, "start"))
        try:
            yield self
        finally:
            run(self.command("pg_ctl", "-w", "-D", data, "-m", "fast", "stop"))

    def ask(self, name, query):
        return subprocess.check_output(["psql", "-AtX", "-F", " ", self.url(name), "-c", query], text=True).split()


def run(command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def use(database, name):
    os.environ["SEXTANT_DATABASE_URL"] = database.url(name)
    os.environ["SEXTANT_SECRET_KEY"] = "bench" * 8


def measure(rows, repository, rounds, seconds):
    home = servers.PROJECT / f"build/bench/postgres-{rows}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        fill(home, rows)
    database = Database(home)
    with database.running():
        try:
            use(database, "store")
            yield from pages(database, home, rounds, seconds)
            yield from whole_csv(database, home, rounds)
        finally:
            os.environ.pop("SEXTANT_DATABASE_URL", None)
        yield from import_rate(database, repository, rounds)


def fill(home, rows):
    database = Database(home).make()
    with database.running():
        run(["createdb", "--maintenance-db", database.url("postgres"), "store"])
        use(database, "store")
        print(f"filling a PostgreSQL with {rows:,} pull requests")
        subprocess.run([servers.program("tests/bench/fill_store"), home / "node", str(rows)], check=True)
        os.environ.pop("SEXTANT_DATABASE_URL")
        run(["psql", "-qX", database.url("store"), "-c", "VACUUM ANALYZE"])
    (home / "complete").touch()


def pages(database, home, rounds, seconds):
    organization, oldest, newest = database.ask(
        "store", "SELECT organization, MIN(merged_at), MAX(merged_at) FROM pull_requests GROUP BY 1")
    count = database.ask("store", "SELECT COUNT(*) FROM repositories")[0]
    names = database.ask("store", "SELECT name FROM repositories ORDER BY id")
    with servers.sextant(home / "node") as ours:
        for name, has_filter in (("list of 50 on PostgreSQL", False), ("  with repo and min_score", True)):
            script = PAGE.format(organization=organization, oldest=oldest, newest=newest,
                                 repository=f"\\set repository random(1, {count})\n" if has_filter else "",
                                 filter=" AND repository = :repository AND score >= 1" if has_filter else "")
            (home / "page.sql").write_text(script)
            paths = home / "paths"
            paths.write_text("\n".join(our_pages(names if has_filter else [], int(oldest), int(newest))) + "\n")
            pairs = []
            for _ in range(rounds):
                ours_rate = load.run(ours, paths, seconds, connections=CONNECTIONS)["rate"]
                pairs.append((ours_rate, pgbench(database, home / "page.sql", seconds)))
            yield Row(name, "the same query in pgbench", 0.5, [a / b for a, b in pairs],
                      ours_per_s=best(a for a, _ in pairs), peer_per_s=best(b for _, b in pairs))


def our_pages(names, oldest, newest):
    """A page from any moment on, by merged_before: no cursor has to be walked to."""
    for index in range(2000):
        at = oldest + (newest - oldest) * index // 2000
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at / 1000))
        repo = f"&repo={names[index % len(names)]}&min_score=1" if names else ""
        yield f"/api/v1/pull-requests?limit=50&merged_before={moment}{repo}"


def pgbench(database, script, seconds):
    command = ["taskset", "-c", servers.LOAD_CORE, PROGRAMS / "pgbench", "-n", "-M", "prepared", "-f", script,
               "-c", str(CONNECTIONS), "-j", "1", "-T", str(seconds), database.url("store")]
    printed = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL)
    return next(float(line.split()[2]) for line in printed.splitlines() if line.startswith("tps"))


def whole_csv(database, home, rounds):
    ratios = []
    with servers.sextant(home / "node") as server:
        for _ in range(rounds):
            started = time.perf_counter()
            size = subprocess.check_output(
                ["sh", "-c", f'curl -sf -H "Authorization: Bearer {server.token}" "$0" | wc -c',
                 server.url("/api/v1/pull-requests?format=csv")])
            ours = int(size) / (time.perf_counter() - started)
            started = time.perf_counter()
            size = subprocess.check_output(["sh", "-c", 'psql -X "$0" -c "$1" | wc -c', database.url("store"), COPY])
            ratios.append(ours / (int(size) / (time.perf_counter() - started)))
    yield Row("CSV from PostgreSQL, MB/s", "psql \\copy", 0.9, ratios, ours_mb_s=ours / 1e6)


def import_rate(database, repository, rounds):
    ratios = []
    data = servers.PROJECT / "build/bench/import"
    for round_number in range(rounds):
        shutil.rmtree(data, ignore_errors=True)
        embedded, _ = imports.our_import(repository, data)
        name = f"import_{int(time.time())}_{round_number}"
        run(["createdb", "--maintenance-db", database.url("postgres"), name])
        use(database, name)
        shared, _ = imports.our_import(repository, data)
        os.environ.pop("SEXTANT_DATABASE_URL")
        run(["dropdb", "--maintenance-db", database.url("postgres"), name])
        ratios.append(embedded / shared)
    yield Row("import into PostgreSQL", "into SQLite", 0.8, ratios, sqlite_s=embedded, postgres_s=shared)
