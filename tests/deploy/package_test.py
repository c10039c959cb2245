"""The Debian package: its fields, its files, its units, and what installing and removing it does."""

import re
import shutil
import subprocess
import tarfile
import unittest

import installation
from installation import PROJECT, UNITS, installed, output

PROGRAM = "usr/bin/sextant"
SETTINGS = "etc/sextant/sextant.toml"
UNIT_FILES = [
    "sextant.service",
    "sextant.service.d/hardening.conf",
    "sextant-import@.service",
    "sextant-import@.service.d/hardening.conf",
    "sextant-import@.timer",
]
DOCUMENTS = ["copyright", "NOTICE", "README.md", "CHANGELOG.md", "examples/nginx.conf", "examples/sextant.example.toml"]


def field(name):
    return output("dpkg-deb", "--field", installation.package, name).strip()


def depends():
    return {entry.split()[0] for entry in field("Depends").split(",")}


def names_of_owner(library):
    """The package a library comes from, and what that package says it provides."""
    for path in (library, output("readlink", "-f", library).strip(), "/usr" + library):
        found = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True).stdout
        if found:
            owner = found.split(":")[0]
            provided = output("dpkg-query", "--show", "--showformat=${Provides}", owner)
            return {owner} | set(re.findall(r"[^\s,()=]+", provided))
    raise AssertionError(f"{library} belongs to no package")


def files_of_package():
    """Path to mode of every file, as the archive has them."""
    archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", installation.package], stdout=subprocess.PIPE)
    with archive, tarfile.open(fileobj=archive.stdout, mode="r|") as members:
        found = [member for member in members if not member.isdir()]
    strangers = [member.name for member in found if member.uname != "root" or member.gname != "root"]
    assert not strangers, f"not root's: {strangers}"
    return {member.name.removeprefix("./"): member.mode for member in found}


class Fields(unittest.TestCase):
    def test_name_version_and_architecture(self):
        version = re.search(r"project\(sextant VERSION (\S+)", (PROJECT / "CMakeLists.txt").read_text())[1]
        self.assertEqual((field("Package"), field("Version")), ("sextant", version))
        self.assertEqual(field("Architecture"), output("dpkg", "--print-architecture").strip())

    def test_depends_on_git_and_on_every_library_it_loads(self):
        self.assertIn("git", depends())
        with installed() as target:
            loads = output("ldd", target.path(PROGRAM))
            names = re.findall(r"\(NEEDED\).*\[(\S+)\]", output("readelf", "--dynamic", target.path(PROGRAM)))
        self.assertNotIn("not found", loads)
        # What those load in turn is their packages' business.
        libraries = [path for name, path in re.findall(r"(\S+) => (/\S+)", loads) if name in names]
        self.assertTrue(libraries)
        for library in libraries:
            self.assertTrue(names_of_owner(library) & depends(), f"{library} in {field('Depends')}")


class Files(unittest.TestCase):
    def test_are_where_debian_looks_and_nowhere_else(self):
        expected = {PROGRAM, SETTINGS}
        expected |= {f"{UNITS}/{name}" for name in UNIT_FILES}
        expected |= {f"usr/share/doc/sextant/{name}" for name in DOCUMENTS}
        expected |= {f"usr/share/doc/sextant/{page.name}" for page in (PROJECT / "docs").glob("*.md")}
        files = files_of_package()
        self.assertEqual(set(files), expected)
        self.assertEqual({name for name, mode in files.items() if mode != 0o644}, {PROGRAM})
        self.assertEqual(files[PROGRAM], 0o755)

    def test_the_program_carries_no_debug_information(self):
        with installed() as target:
            self.assertNotIn(b".debug_info", target.path(PROGRAM).read_bytes())

    def test_the_settings_are_the_example_but_for_the_data(self):
        example = (PROJECT / "config/sextant.example.toml").read_text()
        with installed() as target:
            shipped = target.path(SETTINGS).read_text()
        self.assertEqual(shipped, example.replace('\ndata = ""\n', '\ndata = "/var/lib/sextant"\n'))
        self.assertNotEqual(shipped, example)


class Life(unittest.TestCase):
    def test_installing_makes_the_user_once(self):
        with installed() as target:
            target.dpkg("--install", installation.package)
            users = target.path("etc/passwd").read_text().splitlines()
            self.assertEqual(len(users), 1)
            self.assertRegex(users[0], r"^sextant:.*:/var/lib/sextant:/usr/sbin/nologin$")

    def test_what_an_administrator_changed_stays(self):
        with installed() as target:
            target.path(SETTINGS).write_text('log_level = "warning"\n')
            target.dpkg("--install", installation.package)
            self.assertEqual(target.path(SETTINGS).read_text(), 'log_level = "warning"\n')
            target.dpkg("--remove", "sextant")
            self.assertFalse(target.path(PROGRAM).exists())
            self.assertTrue(target.path(SETTINGS).exists())

    def test_removing_disables_the_units_and_purging_leaves_the_data(self):
        with installed() as target:
            output("systemctl", f"--root={target.root}", "enable", "sextant.service", "sextant-import@a.timer")
            wanted = target.path("etc/systemd/system")
            self.assertEqual(len(list(wanted.glob("*.wants/sextant*"))), 2)
            kept = target.path("var/lib/sextant/sextant.db")
            kept.parent.mkdir()
            kept.touch()
            target.dpkg("--purge", "sextant")
            self.assertEqual(list(wanted.glob("*.wants/sextant*")), [])
            self.assertFalse(target.path(SETTINGS).exists())
            self.assertTrue(kept.exists())


class Units(unittest.TestCase):
    """Looked at inside the root, so that /usr/bin/sextant is the packaged program."""

    def setUp(self):
        self.target = self.enterContext(installed())
        # The targets that units refer to, as this machine's systemd has them.
        shutil.copytree("/lib/systemd/system", self.target.path("lib/systemd/system"), symlinks=True)

    def verify(self, *units):
        command = ["systemd-analyze", f"--root={self.target.root}", "--man=no", "verify", *units]
        done = subprocess.run(command, capture_output=True, text=True)
        ours = [line for line in (done.stdout + done.stderr).splitlines() if "sextant" in line]
        return done.returncode, ours

    def test_systemd_understands_every_line(self):
        units = ["sextant.service", "sextant-import@a.service", "sextant-import@a.timer"]
        self.assertEqual(self.verify(*units), (0, []))

    def test_a_wrong_line_would_be_noticed(self):
        unit = self.target.path(f"{UNITS}/sextant.service")
        unit.write_text(unit.read_text().replace("RestartSec=", "RestartSecond="))
        self.assertNotEqual(self.verify("sextant.service"), (0, []))

    def test_little_is_left_that_an_intruder_could_use(self):
        for unit in ("sextant.service", "sextant-import@a.service"):
            output("systemd-analyze", f"--root={self.target.root}", "--offline=true", "--threshold=20", "security", unit)
