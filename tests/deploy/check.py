"""check.py PACKAGE: what deploy/ and the Debian package promise, without a container engine.

The package is installed into a folder of its own, never into the machine, and runs from there on
loopback. The last line is "N passed, N failed".
"""

import sys
import unittest

import installation


class Result(unittest.TextTestResult):
    succeeded = 0

    def addSuccess(self, test):
        self.succeeded += 1
        super().addSuccess(test)


def main(package):
    installation.package = package
    suite = unittest.defaultTestLoader.loadTestsFromNames(["files_test", "package_test", "node_test"])
    result = unittest.TextTestRunner(verbosity=2, resultclass=Result).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.succeeded} passed, {failed} failed")
    return 1 if failed or not result.succeeded else 0


sys.exit(main(sys.argv[1]))
