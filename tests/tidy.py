"""Runs clang-tidy over the sources under src/ that BUILD/compile_commands.json names, tests left out.

    tidy.py BUILD [MINUTES]

What was found clean is remembered, by the text the compiler sees, in the user's cache, so that only
changes cost time. With MINUTES no file is begun after that long: those changed last come first, and
what is left over is left to later runs.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

clean = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "sextant/tidy"
source_folder = f"{os.getcwd()}/src/"


def newest_first(entries):
    """By the last commit that touched them; what is not committed comes first."""
    log = subprocess.run(["git", "log", "--format=", "--name-only", "--", "src"], capture_output=True, text=True, check=False)
    place = {path: index for index, path in reversed(list(enumerate(log.stdout.split())))}
    status = subprocess.run(["git", "status", "--porcelain", "--", "src"], capture_output=True, text=True, check=False)
    place |= {line[3:]: -1 for line in status.stdout.splitlines()}
    return sorted(entries, key=lambda entry: place.get(os.path.relpath(entry["file"]), -1))


def fingerprint(entry):
    """Of everything that decides what clang-tidy says: its settings and the preprocessed source."""
    command = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    command[command.index("-o") : command.index("-o") + 2] = []
    text = subprocess.run([*command, "-E", "-P"], cwd=entry["directory"], stdout=subprocess.PIPE, check=False).stdout
    return hashlib.sha256(pathlib.Path(".clang-tidy").read_bytes() + text).hexdigest()


def tidy(build, entry, until):
    """"clean", "left over", or what is wrong."""
    if time.monotonic() > until:
        return "left over"
    mark = clean / fingerprint(entry)
    if mark.exists():
        return "clean"
    command = ["clang-tidy-19", "--quiet", "-p", build, entry["file"]]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode == 0 and not found.stdout.strip():
        mark.touch()
        return "clean"
    return found.stdout.strip() or found.stderr


def main(build, minutes=None):
    clean.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + float(minutes or "inf") * 60
    entries = [
        entry
        for entry in json.loads(pathlib.Path(build, "compile_commands.json").read_text())
        if entry["file"].startswith(source_folder) and not entry["file"].endswith("_test.cpp")
    ]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda entry: tidy(build, entry, until), newest_first(entries)))
    wrong = [result for result in results if result not in ("clean", "left over")]
    print("\n".join(wrong + [""] if wrong else []), end="")
    print(f"clang-tidy: {results.count('clean')} files clean, {len(wrong)} not, {results.count('left over')} left over")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
