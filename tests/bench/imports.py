"""Rows of the table about reading history: import beside bare git, import again beside counting commits."""

import pathlib
import shutil
import subprocess
import tempfile
import time

import servers
from figures import Row

PEAK_MB = 200


def git(repository, *arguments, **options):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, stdout=subprocess.PIPE, **options).stdout


def pairs(repository):
    """Lines "commit parent" of the first-parent history, for git diff-tree --stdin."""
    lines = git(repository, "rev-list", "--first-parent", "--parents", "HEAD").decode().splitlines()
    return [" ".join(line.split()[:2]) for line in lines]


def bare_git_seconds(repository, commits):
    """Two diff-tree processes, half the history each."""
    command = ["git", "-C", repository, "diff-tree", "--stdin", "-p", "-U0", "-M", "--root"]
    halves = []
    for half in (commits[0::2], commits[1::2]):
        halves.append(tempfile.TemporaryFile("w+"))
        halves[-1].write("\n".join(half) + "\n")
        halves[-1].seek(0)
    started = time.perf_counter()
    children = [subprocess.Popen(command, stdin=half, stdout=subprocess.DEVNULL) for half in halves]
    if any([child.wait() for child in children]):
        raise RuntimeError("git diff-tree failed")
    return time.perf_counter() - started


def our_import(repository, data):
    """(seconds, peak memory in MB) of one import; git's own processes are not in the peak."""
    log = open(servers.PROJECT / "build/bench/import.log", "ab")
    # Direct commits too: git gets every change of the history.
    environment = servers.sextant_environment(data) | {"SEXTANT_VELOCITY_SCORE_DIRECT_COMMITS": "on"}
    started = time.perf_counter()
    process = subprocess.Popen([servers.program(), "import", "git", repository], stdout=log, stderr=log,
                               env=environment)
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident_peak_kb(process.pid))
        time.sleep(0.005)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"the import ended with {process.returncode}; see {log.name}")
    return time.perf_counter() - started, peak / 1024


def resident_peak_kb(pid):
    words = pathlib.Path(f"/proc/{pid}/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1]) if "VmHWM:" in words else 0


def measure(repository, rounds):
    commits = pairs(repository)
    data = servers.PROJECT / "build/bench/import"
    ratios, peaks, again = [], [], []
    for _ in range(rounds):
        shutil.rmtree(data, ignore_errors=True)
        ours, peak = our_import(repository, data)
        theirs = bare_git_seconds(repository, commits)
        ratios.append(theirs / ours)
        peaks.append(peak)
    yield Row("import and score", "two git diff-tree -p", 0.45, ratios, commits=len(commits),
              ours_per_s=len(commits) / ours, git_per_s=len(commits) / theirs)
    yield Row("  peak memory, MB", "-", PEAK_MB, peaks, at_most=True)
    for _ in range(rounds * 3):
        ours, _ = our_import(repository, data)
        started = time.perf_counter()
        git(repository, "rev-list", "--count", "HEAD")
        theirs = time.perf_counter() - started
        again.append(ours / theirs)
    yield Row("import again, nothing new", "git rev-list --count", 3, again, at_most=True, ours_ms=ours * 1000,
              git_ms=theirs * 1000)
