"""A repository like a large C project's, made with git fast-import; the same for the same seed."""

import math
import random
import shutil
import subprocess

WORDS = """buffer client server timeout cluster replica stream parser config event loop table entry cursor
reply command module script memory string list hash sorted node slot socket handler state flags length""".split()


class History:
    """Files as lists of lines, edited commit by commit and written as a fast-import stream."""

    def __init__(self, out, seed):
        self.out, self.random = out, random.Random(seed)
        self.files, self.mark, self.time = {}, 0, 1_400_000_000

    def name(self):
        return self.random.choice(WORDS)

    def size(self, median, spread, most):
        return min(most, max(1, round(median * math.exp(self.random.gauss(0, spread)))))

    def line(self):
        a, b, n = self.name(), self.name(), self.random.randrange(100)
        return self.random.choice((
            f"    if (server.{a}_{b} > {n}) {{", f"    {a}->{b}_count += {n};", "    }",
            f"    {a}Release({b}, {n});", f"static int {a}{b.title()}{n}({a} *self) {{", "",
            f"    /* The {a} holds its {b} until the {self.name()} is gone. */", f"    return {a}_{n};",
        ))

    def new_file(self):
        folder, ending = self.random.choice((("src", "c"), ("src", "h"), ("tests/unit", "tcl"), ("deps/lua", "c")))
        path = f"{folder}/{self.name()}_{self.name()}{self.random.randrange(1000)}.{ending}"
        self.files[path] = [self.line() for _ in range(self.size(180, 1.0, 4000))]
        return path

    def edit(self, path):
        lines = self.files[path]
        for _ in range(self.size(2, 0.9, 20)):
            at = self.random.randrange(len(lines) + 1)
            lines[at : at + self.size(3, 1.1, 100) - 1] = [self.line() for _ in range(self.size(5, 1.2, 400))]

    def change(self):
        """The paths that one commit touches."""
        paths = set()
        for _ in range(self.size(1.6, 0.9, 40)):
            if len(self.files) < 150 or self.random.random() < 0.02:
                paths.add(self.new_file())
            else:
                path = self.random.choice(list(self.files))
                self.edit(path)
                paths.add(path)
        return paths

    def commit(self, branch, message, author, parents, paths):
        self.mark += 1
        self.time += self.random.randrange(60, 70_000)
        who = f"{author} <{author}@example.com> {self.time} +0000"
        self.write(f"commit refs/heads/{branch}\nmark :{self.mark}\nauthor {who}\ncommitter {who}\n")
        self.data(message)
        for word, parent in zip(("from", "merge"), parents):
            self.write(f"{word} :{parent}\n")
        for path in sorted(paths):
            self.write(f"M 100644 inline {path}\n")
            self.data("\n".join(self.files[path]) + "\n")
        return self.mark

    def write(self, text):
        self.out.write(text.encode())

    def data(self, text):
        content = text.encode()
        self.write(f"data {len(content)}\n")
        self.out.write(content + b"\n")

    def run(self, changes):
        head = self.commit("main", "Initial import\n", "antirez", [], {self.new_file() for _ in range(150)})
        for number in range(1, changes):
            author = f"dev{min(self.random.randrange(60), self.random.randrange(60))}"
            title = f"{self.name().title()} {self.name()} {self.name()}"
            kind = self.random.random()
            if kind < 0.35:  # a merge with one or more commits of its own
                side = head
                touched = set()
                for _ in range(self.size(1.4, 0.7, 8)):
                    touched |= (paths := self.change())
                    side = self.commit("side", f"{title}\n", author, [side], paths)
                message = f"Merge pull request #{number} from {author}/{self.name()}\n\n{title}\n"
                head = self.commit("main", message, "antirez", [head, side], touched)
            else:
                message = f"{title} (#{number})\n" if kind < 0.8 else f"{title}\n"
                head = self.commit("main", message, author, [head], self.change())


def make(path, changes, seed=7):
    """A bare, packed repository with so many first-parent changes; kept when it is there already."""
    if (path / "complete").exists():
        return path
    print(f"making a repository of {changes:,} changes")
    shutil.rmtree(path, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path], check=True)
    importer = subprocess.Popen(["git", "-C", path, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    History(importer.stdin, seed).run(changes)
    importer.stdin.close()
    if importer.wait() != 0:
        raise RuntimeError("git fast-import failed")
    subprocess.run(["git", "-C", path, "branch", "-q", "-D", "side"], check=True)
    subprocess.run(["git", "-C", path, "-c", "pack.threads=2", "repack", "-adq", "--window=20"], check=True)
    (path / "complete").touch()
    return path
