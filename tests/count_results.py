"""Counts test cases after a ctest run: FOLDER holds ctest.xml and one NAME_tests.json of each program.

A program that failed without saying which of its tests did (a crash) counts as one failure, one that passed
without a report as one test, one that skipped itself not at all. The last line is "N passed, N failed"; the
exit status is 1 unless everything that ran passed and something ran.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree


def cases(report):
    """The names of passed and failed cases in one program's report, the latter with what was wrong."""
    passed, failed = [], []
    for suite in json.loads(report.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            if case["status"] != "RUN" or case["result"] == "SKIPPED":
                continue
            name = f"{suite['name']}.{case['name']}"
            failures = case.get("failures", [])
            if failures:
                failed.append("\n  ".join([name, *(failure["failure"] for failure in failures)]))
            else:
                passed.append(name)
    return passed, failed


def skipped_itself(program):
    skipped = program.find("skipped")
    return skipped is not None and skipped.get("message", "").startswith("SKIP_RETURN_CODE")


def main(folder):
    passed, failed = [], []
    for program in xml.etree.ElementTree.parse(folder / "ctest.xml").iter("testcase"):
        name = program.get("name")
        if skipped_itself(program):
            continue
        report = folder / f"{name}_tests.json"
        has_passed = program.get("status") == "run"
        good, bad = cases(report) if report.exists() else ([name] * has_passed, [])
        if not has_passed and not bad:
            bad = [f"{name}: the program did not end well"]
        passed += good
        failed += bad
    for name in failed:
        print("failed:", name)
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 0 if passed and not failed else 1


sys.exit(main(pathlib.Path(sys.argv[1])))
