"""Runs every fuzzer in PROGRAMS for SECONDS, as many at once as there are cores.

Each keeps its corpus, its log and whatever broke it under OUT/<name>; seeds come from corpus/<name>
beside this file. The last line is "N passed, N failed".
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

seeds = pathlib.Path(__file__).parent / "corpus"


def run(program, out, seconds):
    """Whether the fuzzer found nothing; prints the end of its log when it did."""
    name = program.name.removeprefix("fuzz_")
    home = out / name
    corpus = home / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    folders = [corpus] + ([seeds / name] if (seeds / name).is_dir() else [])
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={home}/"]
    with open(home / "log", "wb") as log:
        ended = subprocess.run([program, *limits, *folders], stdout=log, stderr=log, check=False)
    lines = (home / "log").read_text(errors="replace").splitlines()
    print(f"{name}: {lines[-1] if lines else 'no output'}", flush=True)
    if ended.returncode != 0:
        print("\n".join(lines[-60:]), flush=True)
    return ended.returncode == 0


def main(programs, out, seconds):
    found = sorted(path for path in programs.glob("fuzz_*") if os.access(path, os.X_OK) and path.is_file())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda program: run(program, out, seconds), found))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])))
