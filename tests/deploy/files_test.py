"""The Dockerfile, the compose file and the scripts, as far as reading them tells."""

import json
import re
import unittest
import urllib.parse

import yaml

from installation import DEPLOY, PROJECT, output


def instructions():
    """(NAME, arguments) of each instruction of the Dockerfile, in order."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(None, 1)) for line in lines]


def last(name):
    return [arguments for found, arguments in instructions() if found == name][-1]


class Dockerfile(unittest.TestCase):
    def test_copies_only_what_exists(self):
        copies = [arguments.split() for name, arguments in instructions() if name == "COPY"]
        for *options_and_sources, _ in copies:
            if not options_and_sources[0].startswith("--from="):
                for source in options_and_sources:
                    self.assertTrue((PROJECT / source).exists(), source)

    def test_takes_the_package_from_where_x_puts_it(self):
        self.assertIn(("RUN", "./x package"), instructions())
        self.assertIn("-B build/package", (PROJECT / "x").read_text())
        self.assertIn(("COPY", "--from=build /source/build/package/ /tmp/package/"), instructions())

    def test_runs_on_the_release_it_builds_on(self):
        bases = [arguments.split()[0] for name, arguments in instructions() if name == "FROM"]
        self.assertEqual([base.removesuffix("-slim") for base in bases], ["debian:12", "debian:12"])

    def test_runs_as_the_packages_user(self):
        self.assertEqual(last("USER"), "sextant")
        self.assertIn(" sextant\n", (DEPLOY / "debian/postinst").read_text())

    def test_starts_and_asks_without_a_shell_between(self):
        self.assertEqual(json.loads(last("ENTRYPOINT")) + json.loads(last("CMD")), ["sextant", "serve"])
        self.assertEqual(last("STOPSIGNAL"), "SIGTERM")

    def test_asks_for_its_health_with_what_it_copied(self):
        (asks,) = json.loads(last("HEALTHCHECK").split("CMD ")[1])
        self.assertIn(("COPY", f"deploy/ready /usr/local/bin/{asks}"), instructions())
        self.assertTrue((DEPLOY / "ready").stat().st_mode & 0o111)


class Compose(unittest.TestCase):
    def setUp(self):
        self.text = (DEPLOY / "compose.yaml").read_text()
        self.compose = yaml.safe_load(self.text)
        self.sextant = self.compose["services"]["sextant"]
        self.postgres = self.compose["services"]["postgres"]

    def test_builds_from_this_source(self):
        context = (DEPLOY / self.sextant["build"]["context"]).resolve()
        self.assertEqual(context, PROJECT)
        self.assertTrue((context / self.sextant["build"]["dockerfile"]).exists())

    def test_the_url_names_the_database_that_is_made(self):
        url = urllib.parse.urlsplit(re.sub(r"\$\{.*?\}", "x", self.sextant["environment"]["SEXTANT_DATABASE_URL"]))
        made = self.postgres["environment"]
        self.assertEqual((url.scheme, url.hostname, url.port), ("postgresql", "postgres", 5432))
        self.assertEqual((url.username, url.path), (made["POSTGRES_USER"], "/" + made["POSTGRES_DB"]))

    def test_every_secret_is_asked_for_and_in_the_example(self):
        asked = re.findall(r"\$\{(\w+)(.*?)\}", self.text)
        self.assertEqual({how for _, how in asked}, {":?"})
        example = (DEPLOY / "example.env").read_text()
        self.assertEqual(set(re.findall(r"^(\w+)=$", example, re.MULTILINE)), {name for name, _ in asked})
        self.assertEqual((DEPLOY / ".gitignore").read_text(), ".env\n")

    def test_waits_for_a_database_that_says_it_is_well(self):
        self.assertEqual(self.sextant["depends_on"]["postgres"]["condition"], "service_healthy")
        test = self.postgres["healthcheck"]["test"]
        self.assertEqual(test[:2], ["CMD", "pg_isready"])
        self.assertIn("--host=127.0.0.1", test)

    def test_data_outlives_the_containers(self):
        used = {mount.split(":")[0] for service in (self.sextant, self.postgres) for mount in service["volumes"]}
        self.assertEqual(used, set(self.compose["volumes"]))
        self.assertIn(f"data:{last('VOLUME')}", self.sextant["volumes"])

    def test_is_open_to_this_machine_only(self):
        self.assertEqual(self.sextant["ports"], [f"127.0.0.1:8321:{last('EXPOSE')}"])
        self.assertNotIn("ports", self.postgres)

    def test_leaves_the_server_its_ten_seconds_to_stop(self):
        self.assertGreater(int(self.sextant["stop_grace_period"].removesuffix("s")), 10)


class Scripts(unittest.TestCase):
    def test_shellcheck_finds_nothing(self):
        output("shellcheck", DEPLOY / "ready", DEPLOY / "debian/postinst", DEPLOY / "debian/prerm")
