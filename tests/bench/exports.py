"""Rows of the table about the whole: CSV, trends, size, cold start."""

import contextlib
import json
import sqlite3
import statistics
import subprocess
import threading
import time

import load
import servers
from figures import Row

WEEK_MS = 7 * 24 * 3600 * 1000
TRENDS_SQL = """
SELECT contributor_username, (merged_at / 1000 - 345600) / 604800 AS week, count(score), sum(score)
FROM pull_requests WHERE merged_at >= ? GROUP BY contributor_username, week
"""


def measure(store, rounds, seconds):
    yield Row("size on disk", "its own CSV", 2.5, [store.own_bytes() / store.csv.stat().st_size], at_most=True,
              store_mb=store.own_bytes() / 1e6, csv_mb=store.csv.stat().st_size / 1e6)
    yield from cold_start(store, rounds)
    with servers.sextant(store.data) as server:
        yield from whole_csv(store, server, rounds)
        yield from lists_meanwhile(store, server, rounds, seconds)
        yield from trends(store, server, rounds)


def cold_start(store, rounds):
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        with servers.sextant(store.data):
            times.append(time.perf_counter() - started)
    yield Row("cold start, s", "-", 0.5, times, at_most=True)


def curl_csv(server, timing="%{time_starttransfer} %{time_total} %{size_download}"):
    command = ["curl", "-sf", "-o", "/dev/null", "-w", timing, "-H", f"Authorization: Bearer {server.token}"]
    first, total, size = subprocess.check_output(
        [*command, server.url("/api/v1/pull-requests?format=csv")], text=True).split()
    return float(first), float(total), int(size)


def whole_csv(store, server, rounds):
    ratios, first_bytes = [], []
    server.forget_peak()
    before = server.resident_mb()
    for _ in range(rounds):
        first, total, size = curl_csv(server)
        first_bytes.append(first * 1000)
        started = time.perf_counter()
        written = subprocess.run(
            ["sh", "-c", 'sqlite3 -csv "$0" "SELECT * FROM export" | wc -c', store.flat], stdout=subprocess.PIPE, check=True)
        peer_rate = int(written.stdout) / (time.perf_counter() - started)
        ratios.append(size / total / peer_rate)
    yield Row("CSV of everything, MB/s", "sqlite3 -csv, the same rows", 2, ratios, ours_mb_s=size / total / 1e6,
              peer_mb_s=peer_rate / 1e6)
    yield Row("  first byte, ms", "-", 10, first_bytes, at_most=True)
    yield Row("  memory it takes, MB", "-", 64, [server.resident_mb(peak=True) - before], at_most=True)


@contextlib.contextmanager
def reading_csv(server):
    stop = threading.Event()

    def read():
        while not stop.is_set():
            curl_csv(server)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def lists_meanwhile(store, server, rounds, seconds):
    ratios = []
    for _ in range(rounds):
        alone = load.run(server, store.pages(server), seconds)["p99_ms"]
        with reading_csv(server):
            ratios.append(load.run(server, store.pages(server), seconds)["p99_ms"] / alone)
    yield Row("  list p99 meanwhile", "list p99 alone", 2, ratios, at_most=True)


def trend_pages(server):
    paths, at = [], None
    while True:
        path = "/api/v1/trends/contributors?interval=week&periods=12&limit=200" + (f"&cursor={at}" if at else "")
        paths.append(path)
        at = json.loads(server.get(path)[2])["next_cursor"]
        if at is None:
            return paths


def trends(store, server, rounds):
    """Pages after the first, one after the other on a kept connection: none of them comes from memory."""
    pages = store.flat.parent / "trend-pages"
    pages.write_text("\n".join(trend_pages(server)[1:]) + "\n")
    since = (int(time.time() * 1000 - 345_600_000) // WEEK_MS - 11) * WEEK_MS + 345_600_000
    ratios, ours, theirs = [], [], []
    db = sqlite3.connect(store.flat)
    for _ in range(rounds):
        ours.append(1 / load.run(server, pages, 2, connections=1)["rate"])
        started = time.perf_counter()
        db.execute(TRENDS_SQL, (since,)).fetchall()
        theirs.append(time.perf_counter() - started)
        ratios.append(ours[-1] / theirs[-1])
    yield Row("trends matrix, a page of 200", "SQLite, all in SQL", 1 / 50, ratios, at_most=True,
              ours_ms=statistics.median(ours) * 1000, peer_ms=statistics.median(theirs) * 1000)
