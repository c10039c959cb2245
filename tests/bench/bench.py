"""Figures beside their peers, in the same minute on the same machine: a table and build/bench.json."""

import argparse
import json
import pathlib
import subprocess

import archive
import deliveries
import exports
import figures
import history
import imports
import lists
import postgres
import servers
import stores

SUBJECTS = ("import", "limiter", "deliveries", "archive", "lists", "exports", "postgres")


def limiter():
    found = json.loads(subprocess.check_output([servers.program("tests/bench/limiter_bench")]))
    yield figures.Row("rate limiter, ns a request", "-", 1000, [found["ns_per_spend"]], at_most=True)
    yield figures.Row("  bytes a bucket", "-", 200, [found["bytes_per_bucket"]], at_most=True)


def read_arguments():
    parser = argparse.ArgumentParser(prog="./x bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of load in each round")
    parser.add_argument("--rows", type=int, default=1_000_000, help="pull requests in the store")
    parser.add_argument("--large", action="store_true", help="lists of ten times the rows too")
    parser.add_argument("--repository", type=pathlib.Path, help="to import instead of the made one")
    parser.add_argument("--changes", type=int, default=9000, help="in the made repository")
    parser.add_argument("--build", type=pathlib.Path, default=servers.BUILD, help="the build that is measured")
    arguments = parser.parse_args()
    if unknown := set(arguments.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(unknown)}")
    return arguments


def measure(arguments):
    subjects = arguments.subjects or SUBJECTS
    if "import" in subjects or "postgres" in subjects:
        made = servers.PROJECT / f"build/bench/history-{arguments.changes}"
        repository = (arguments.repository or history.make(made, arguments.changes)).resolve()
    if "import" in subjects:
        yield from imports.measure(repository, arguments.rounds)
    if "postgres" in subjects:
        yield from postgres.measure(arguments.rows // 5, repository, arguments.rounds, arguments.seconds)
    if "limiter" in subjects:
        yield from limiter()
    if "deliveries" in subjects:
        yield from deliveries.measure(arguments.rounds)
    if "archive" in subjects:
        yield from archive.measure(300, arguments.rounds)
    if "lists" in subjects or "exports" in subjects:
        store = stores.Store(arguments.rows).make()
        if "lists" in subjects:
            yield from lists.measure(store, arguments.rounds, arguments.seconds)
        if "exports" in subjects:
            yield from exports.measure(store, arguments.rounds, arguments.seconds)
        if arguments.large:
            large = stores.Store(arguments.rows * 10).make()
            yield from lists.scale(store, large, arguments.rounds, arguments.seconds)


def main():
    arguments = read_arguments()
    servers.BUILD = arguments.build.resolve()
    (servers.PROJECT / "build/bench").mkdir(parents=True, exist_ok=True)
    rows = []
    for row in measure(arguments):
        print(f"{row.name.strip()}: {figures.number(row.median())}", flush=True)
        rows.append(row)
    figures.write(rows, servers.PROJECT / "build/bench.json")


main()
