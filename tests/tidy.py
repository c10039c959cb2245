"""Runs clang-tidy over the sources under src/ that BUILD/compile_commands.json names, tests left out.

What was found clean is remembered in build/tidy by the text the compiler sees, so that only changes
cost time.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

clean = pathlib.Path("build/tidy")
source_folder = f"{os.getcwd()}/src/"


def fingerprint(entry):
    """Of everything that decides what clang-tidy says: its settings and the preprocessed source."""
    command = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    command[command.index("-o") : command.index("-o") + 2] = []
    text = subprocess.run([*command, "-E"], cwd=entry["directory"], stdout=subprocess.PIPE, check=False).stdout
    return hashlib.sha256(pathlib.Path(".clang-tidy").read_bytes() + text).hexdigest()


def tidy(build, entry):
    """Whether the file is clean; prints what is not."""
    mark = clean / fingerprint(entry)
    if mark.exists():
        return True
    found = subprocess.run(
        ["clang-tidy-19", "--quiet", "-p", build, entry["file"]], capture_output=True, text=True, check=False
    )
    if found.returncode == 0 and not found.stdout.strip():
        mark.touch()
        return True
    print(found.stdout, found.stderr if not found.stdout.strip() else "", flush=True)
    return False


def main(build):
    clean.mkdir(parents=True, exist_ok=True)
    entries = [
        entry
        for entry in json.loads(pathlib.Path(build, "compile_commands.json").read_text())
        if entry["file"].startswith(source_folder) and not entry["file"].endswith("_test.cpp")
    ]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda entry: tidy(build, entry), entries))
    print(f"clang-tidy: {results.count(True)} files clean, {results.count(False)} not")
    return 0 if all(results) else 1


sys.exit(main(sys.argv[1]))
