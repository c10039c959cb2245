"""Rows of the table about pages: list, filtered list, unchanged first page."""

import load
import servers
from figures import Row


def measure(store, rounds, seconds):
    with servers.sextant(store.data) as ours, servers.peer(store.flat) as peer:
        yield from beside_peer("list of 50 at a random cursor", ours, store.pages(ours), peer,
                               store.peer_pages(), rounds, seconds)
        yield from beside_peer("list with repo and min_score", ours, store.filtered_pages(ours), peer,
                               store.peer_pages(filtered=True), rounds, seconds, p99=False)
        yield Row("resident after lists, MB", "-", 150, [ours.resident_mb()], at_most=True)
    yield from first_page(store, rounds, seconds)


def beside_peer(name, ours, our_paths, peer, peer_paths, rounds, seconds, p99=True):
    pairs = []
    for _ in range(rounds):
        pairs.append((load.run(ours, our_paths, seconds), load.run(peer, peer_paths, seconds)))
    rates = {"ours_per_s": best(a["rate"] for a, _ in pairs), "peer_per_s": best(b["rate"] for _, b in pairs)}
    yield Row(name, "fastify + better-sqlite3", 5, [a["rate"] / b["rate"] for a, b in pairs], **rates)
    if p99:
        latencies = {"ours_ms": best(a["p99_ms"] for a, _ in pairs), "peer_ms": best(b["p99_ms"] for _, b in pairs)}
        yield Row("  its p99", "fastify + better-sqlite3", 1 / 3, [a["p99_ms"] / b["p99_ms"] for a, b in pairs],
                  at_most=True, **latencies)


def best(values):
    """The median, where more than one round says it."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def first_page(store, rounds, seconds):
    """The whole page and "not modified", each beside nginx with the same bytes in a file."""
    first = "/api/v1/pull-requests?limit=50"
    folder = store.home / "static"
    folder.mkdir(exist_ok=True)
    with servers.sextant(store.data) as ours:
        _, headers, body = ours.get(first)
        (folder / "index.html").write_bytes(body)
        (store.home / "first").write_text(first + "\n")
        (store.home / "root").write_text("/\n")
        with servers.nginx(folder) as nginx:
            tag = nginx.get("/")[1]["ETag"]
            for name, status, our_headers, its_headers in (
                ("first page unchanged (304)", 304, {"If-None-Match": headers["ETag"]}, {"If-None-Match": tag}),
                ("first page again (200)", 200, {}, {}),
            ):
                pairs = []
                for _ in range(rounds):
                    pairs.append((load.run(ours, store.home / "first", seconds, status, **our_headers),
                                  load.run(nginx, store.home / "root", seconds, status, **its_headers)))
                yield Row(name, "nginx, the same bytes from a file", 0.5, [a["rate"] / b["rate"] for a, b in pairs],
                          ours_per_s=best(a["rate"] for a, _ in pairs), peer_per_s=best(b["rate"] for _, b in pairs))


def scale(small, large, rounds, seconds):
    """The same pages from ten times the rows."""
    with servers.sextant(small.data) as a, servers.sextant(large.data) as b:
        ratios = []
        for _ in range(rounds):
            ratios.append(load.run(a, small.pages(a), seconds)["rate"] / load.run(b, large.pages(b), seconds)["rate"])
        yield Row(f"list, {large.rows:,} rows", f"{small.rows:,} rows", 1.3, ratios, at_most=True)
