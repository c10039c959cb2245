"""The data: a store of ROWS pull requests, and the same rows in one flat SQLite table for the peers."""

import base64
import csv
import datetime
import json
import shutil
import sqlite3
import subprocess

import servers

FLAT = """
CREATE TABLE pull_requests (
  id INTEGER PRIMARY KEY, repo TEXT, external_id INTEGER, title TEXT, html_url TEXT, score INTEGER,
  contributor_username TEXT, contributor_display_name TEXT, merged_at INTEGER, updated_at INTEGER
);
CREATE TABLE export ({columns});
"""
INDEXES = """
CREATE INDEX by_time ON pull_requests (merged_at DESC, id DESC);
CREATE INDEX by_repo ON pull_requests (repo, merged_at DESC, id DESC);
CREATE INDEX by_author ON pull_requests (contributor_username, merged_at, score);
"""


class Store:
    """Where one size of the data lies; made when it is not there yet."""

    def __init__(self, rows):
        self.rows = rows
        self.home = servers.PROJECT / f"build/bench/{rows}"
        self.data = self.home / "data"
        self.csv = self.home / "pull-requests.csv"
        self.flat = self.home / "flat.db"

    def make(self):
        done = self.home / "complete"
        if done.exists():
            return self
        shutil.rmtree(self.home, ignore_errors=True)
        self.data.mkdir(parents=True)
        print(f"filling a store with {self.rows:,} pull requests")
        fill = servers.program("tests/bench/fill_store")
        subprocess.run([fill, self.data, str(self.rows)], check=True, env=servers.sextant_environment(self.data))
        with servers.sextant(self.data) as server:
            command = ["curl", "-sf", "-o", self.csv, "-H", f"Authorization: Bearer {server.token}"]
            subprocess.run([*command, server.url("/api/v1/pull-requests?format=csv")], check=True)
        self.make_flat()
        done.touch()
        return self

    def make_flat(self):
        with open(self.csv, newline="", encoding="utf-8") as file, sqlite3.connect(self.flat) as db:
            reader = csv.DictReader(file)
            names = reader.fieldnames
            db.executescript(FLAT.format(columns=", ".join(f'"{name}" TEXT' for name in names)))
            export = f"INSERT INTO export VALUES ({', '.join('?' * len(names))})"
            flat = "INSERT INTO pull_requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            # Newest first in the export: ids count down, so that both orders agree.
            for index, row in enumerate(reader):
                db.execute(export, list(row.values()))
                db.execute(flat, flat_row(self.rows - index, row))
            db.executescript(INDEXES)
            db.execute("ANALYZE")

    def own_bytes(self):
        return sum(file.stat().st_size for file in self.data.glob("sextant.db*"))

    # Path files for the load: the same draw for both sides.

    def pages(self, server):
        """Cursors from one walk through our API, every 200 rows."""
        kept = self.home / "pages"
        if not kept.exists():
            kept.write_text("\n".join(walk(server, "", 200)) + "\n")
        return kept

    def filtered_pages(self, server):
        kept = self.home / "filtered_pages"
        if not kept.exists():
            paths = []
            for number in range(0, 200, 10):
                paths += walk(server, f"repos=acme/service-{number}&min_score=5&", 50)
            kept.write_text("\n".join(paths) + "\n")
        return kept

    def peer_pages(self, filtered=False):
        """Of the peer's own cursors: the same places in the same order."""
        kept = self.home / ("peer_filtered_pages" if filtered else "peer_pages")
        if not kept.exists():
            db = sqlite3.connect(self.flat)
            paths = []
            for repo in [f"acme/service-{number}" for number in range(0, 200, 10)] if filtered else [None]:
                where = f"WHERE repo = '{repo}' AND score >= 5" if repo else ""
                rows = db.execute(f"SELECT merged_at, id FROM pull_requests {where} ORDER BY merged_at DESC, id DESC")
                query = f"repos={repo}&min_score=5&" if repo else ""
                places = list(rows)[49::50] if repo else list(rows)[199::200]
                paths += [path(query, cursor(place)) for place in places]
            kept.write_text("\n".join(paths) + "\n")
        return kept


def flat_row(number, row):
    return (
        number,
        row["Repository"],
        int(row["Reference"]),
        row["Title"],
        row["URL"],
        int(row["Score"]),
        row["Author Login"],
        row["Author Name"],
        milliseconds(row["Merged At"]),
        milliseconds(row["Merged At"]),
    )


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def cursor(place):
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def path(query, at):
    return f"/api/v1/pull-requests?{query}limit=50&cursor={at}"


def walk(server, query, step):
    paths, at = [], None
    while True:
        page = json.loads(server.get(f"/api/v1/pull-requests?{query}limit={step}" + (f"&cursor={at}" if at else ""))[2])
        at = page["next_cursor"]
        if at is None:
            return paths
        paths.append(path(query, at))
