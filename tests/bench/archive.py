"""Rows of the table about archives: an import beside unpacking alone, and beside what one would take otherwise.

The hours are synthetic (archive_generator.py). Everything runs on one core.
"""

import json
import os
import random
import shutil
import subprocess
import time

import archive_generator
import servers
from figures import Row

PEAK_MB = 128
HOURS = 4
COUNTS = (10, 1000, 50_000)
REPOSITORIES = [f"acme/product-{number}" for number in range(20)]
SYLLABLES = "ba ku zor mi tel vax qui pro dex lum nor fi gra hyp ost ven dra plo sig wen".split()
FORMS = ("{}", "alternative to {}", "looking for a {}", "migrate from {}", '"{} sdk" -docker')
ORDINARY = ("looking for a {} {}", "{} {}", "{} {} {}")


def names(count):
    """Products that nobody has made yet; fewer are among more."""
    draw, found = random.Random(3), {}
    while len(found) < count:
        found["".join(draw.choices(SYLLABLES, k=draw.choice((3, 4, 5))))] = None
    return list(found)


def ordinary_words():
    return [stem + ending for ending in archive_generator.ENDINGS for stem in archive_generator.STEMS]


def phrases(count):
    """What people track: half of them products, half phrases of two to four words that texts are full of."""
    draw, words = random.Random(4), ordinary_words()
    found = dict.fromkeys(draw.choice(FORMS).format(name) for name in names(count - count // 2))
    while len(found) < count:
        found[draw.choice(ORDINARY).format(*draw.choices(words, k=3))] = None
    return list(found)


def single_words(count):
    """What nobody tracks: ordinary words alone, all that texts are made of among them."""
    words = ordinary_words()
    longer = [first + second for first in words for second in archive_generator.STEMS]
    return list(dict.fromkeys(words + longer))[:count]


class Archive:
    """Hours of so many megabytes each, unpacked, that hold some of what is looked for; made once."""

    def __init__(self, megabytes):
        self.home = servers.PROJECT / f"build/bench/archive-{megabytes}"
        self.files = [self.home / f"2023-05-01-{hour}.json.gz" for hour in range(HOURS)]
        self.megabytes = megabytes * HOURS
        done = self.home / "complete"
        if done.exists():
            return
        shutil.rmtree(self.home, ignore_errors=True)
        print(f"making {HOURS} synthetic hours of {megabytes:,} MB")
        for hour, file in enumerate(self.files):
            made = archive_generator.Hour(hour, "2023-05-01", hour, (REPOSITORIES, 10), (names(10), 400))
            archive_generator.write(file, made.lines(), megabytes << 20)
        done.touch()

    def store(self, name, keywords):
        """A store that tracks the repositories and the keywords; made once."""
        data = self.home / f"store-{name}-{len(keywords)}"
        done = self.home / f"{data.name}.complete"
        if done.exists():
            return data
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        run(data, "org", "create", "main", "--plan", "agency")
        for repository in REPOSITORIES:
            run(data, "repo", "track", repository, "--org", "main")
        run(data, "keyword", "track", "--file", self.lines(name, keywords), "--org", "main")
        done.touch()
        return data

    def lines(self, name, lines):
        file = self.home / f"{name}-{len(lines)}"
        file.write_text("\n".join(lines) + "\n")
        return file


def run(data, *arguments):
    subprocess.run([servers.program(), *arguments], check=True, env=servers.sextant_environment(data),
                   stdout=subprocess.DEVNULL)  # fmt: skip


def on_one_core(*command, **options):
    """(seconds, peak memory in MB, output) of a command and what it starts."""
    started = time.perf_counter()
    process = subprocess.Popen(["taskset", "-c", servers.SERVER_CORE, *command], stdout=subprocess.PIPE, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024, output.decode()


def our_import(archive, name, keywords):
    """(seconds, peak memory in MB) into a fresh copy of the store."""
    data = archive.home / "import"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(archive.store(name, keywords), data)
    command = [servers.program(), "import", "archive", *archive.files, "--org", "main"]
    with open(servers.PROJECT / "build/bench/import.log", "ab") as log:
        seconds, peak, output = on_one_core(*command, env=servers.sextant_environment(data), stderr=log)
    if "leads 0" in output or "leads" not in output:
        raise RuntimeError(f"no lead was found: {output}")
    return seconds, peak


def unpacking(archive):
    return on_one_core("sh", "-c", 'igzip -dc "$@" >/dev/null', "sh", *archive.files)[0]


def ripgrep(archive, count):
    """Lines that hold one of the names, as one would look for them without more."""
    patterns = archive.lines("names", names(count) + REPOSITORIES)
    return on_one_core("sh", "-c", 'wanted=$1; shift; zcat "$@" | rg -a -i -F -c -f "$wanted"', "sh", patterns, *archive.files)[0]


def duckdb(archive, count):
    asked = json.dumps({"files": [str(file) for file in archive.files], "repositories": REPOSITORIES, "names": names(count)})
    return on_one_core(shutil.which("node"), servers.HERE / "peer/archive.js", asked)[0]


def measure(megabytes, rounds):
    archive = Archive(megabytes)
    times = {count: [] for count in COUNTS}
    floors, peaks, worst, by_rg, by_duckdb = [], [], [], [], []
    for _ in range(rounds):
        floors.append(unpacking(archive))
        for count in COUNTS:
            seconds, peak = our_import(archive, "phrases", phrases(count))
            times[count].append(seconds)
        peaks.append(peak)
        worst.append(our_import(archive, "words", single_words(50_000))[0])
        by_rg.append(ripgrep(archive, 1000))
        by_duckdb.append(duckdb(archive, 10))
    rate = archive.megabytes / min(times[1000])
    yield Row("archive, 1,000 keywords", "igzip -dc", 0.7, ratios(floors, times[1000]), ours_mb_s=rate,
              igzip_mb_s=archive.megabytes / min(floors))  # fmt: skip
    yield Row("archive, 50,000 keywords", "igzip -dc", 0.6, ratios(floors, times[50_000]))
    yield Row("  peak memory, MB", "-", PEAK_MB, peaks, at_most=True)
    yield Row("archive, 50,000 keywords", "10 keywords", 1.4, ratios(times[50_000], times[10]), at_most=True)
    yield Row("  50,000 single common words", "igzip -dc", 0, ratios(floors, worst))  # no goal
    yield Row("archive, 1,000 keywords", "zcat | rg -F, as many names", 1, ratios(by_rg, times[1000]))
    yield Row("archive, 10 keywords", "DuckDB, as many names", 1, ratios(by_duckdb, times[10]))


def ratios(theirs, ours):
    return [a / b for a, b in zip(theirs, ours)]
