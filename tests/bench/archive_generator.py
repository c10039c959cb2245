"""Hours like GH Archive's, made up: synthetic people, repositories and words, the same for the same seed.

The mix of events and their sizes are modelled on hours of 2023, from memory (about half pushes, a tenth of
the lines half of the bytes; what people write is about 6 % of the bytes); names and texts are not. `python3 archive_generator.py --sample FILE` writes a small one to
look at, `--megabytes N --seed S FILE` one to measure with. A name that ends with .gz is packed.
"""

import argparse
import gzip
import itertools
import json
import pathlib
import random

STEMS = """able account action adapter alert answer array async audit author backup balance batch block board branch
bridge browser bucket buffer build bundle button cache call card case chain change channel chart check class clean
client clock cloud cluster code color column command comment commit common compile config connect console contact
content context control convert cookie copy core count cover crash create cursor custom data date debug default delete
deploy design detail device diff docker document domain draft driver drop edge editor element email empty enable end
engine entry error event example except expect export extend fail feature fetch field file filter final find fix flag
flow focus folder font form format frame function future gate generate global graph group guard guide handle hash head
help hide history hook host http icon image import index info init input install instance issue item job join jump keep
kernel key label language large last layer layout lazy lead leave length level library license lift light limit line
link list load local lock log logic long loop machine mail main make manage manual map mark match member memory menu
merge message method metric migrate minor mode model module monitor mount mouse move name native network node normal
note null number object offset open option order origin output owner package page panel parse part patch path pattern
pause peer person phase plan platform play plugin point policy pool port post power prefix press preview price print
problem process product profile project prompt proof proper proxy public pull push query queue quick quota random range
rate reach read ready real reason record reduce refactor region release reload remote remove render repeat replace
report request reset resolve resource response rest result retry return review right role root route row rule run safe
sample save scale schema scope screen script scroll search second section secure select send server service session
set shape share shell shift show sign simple single size skip sleep slice slot smooth socket sort source space split
stack stage start state static status step stop storage store stream string strip style submit support switch symbol
sync system table target task team template term test text theme thread time title token tool total trace track train
transform tree trigger trust type under union unique update upload usage user value vector verify version view visit
wait warn watch weight widget window word work worker wrap write zone""".split()
SMALL = """the to a of and is in it this that for with on be not i we as can when if you have but are was from or by an
use at there so should no would will which only some one also all after more like new they get does than then now
could into same how just need see what other because out time using still before any please thanks""".split()
ENDINGS = ("", "s", "ed", "ing", "er", "able", "ment", "less")
NAMES = "ada ben cleo dan eva finn gus hana ivo jana kai lea mia nils ola pia quin rosa sven tara uli vera wim yara zoe".split()
LANGUAGES = "JavaScript Python TypeScript Java Go C++ Rust PHP Ruby C# HTML Shell".split()
MIX = {
    "PushEvent": 500, "CreateEvent": 140, "PullRequestEvent": 80, "IssueCommentEvent": 65, "WatchEvent": 60,
    "DeleteEvent": 40, "PullRequestReviewEvent": 28, "IssuesEvent": 28, "PullRequestReviewCommentEvent": 20,
    "ForkEvent": 15, "ReleaseEvent": 8, "CommitCommentEvent": 6, "GollumEvent": 4, "MemberEvent": 4, "PublicEvent": 2,
}  # fmt: skip
USER_LINKS = """followers following{/other_user} gists{/gist_id} starred{/owner}{/repo} subscriptions orgs repos
events{/privacy} received_events""".split()
REPOSITORY_LINKS = """forks keys{/key_id} collaborators{/collaborator} teams hooks issues/events{/number} events
assignees{/user} branches{/branch} tags git/blobs{/sha} git/tags{/sha} git/refs{/sha} git/trees{/sha} statuses/{sha}
languages stargazers contributors subscribers subscription commits{/sha} git/commits{/sha} comments{/number}
issues/comments{/number} contents/{+path} compare/{base}...{head} merges {archive_format}{/ref} downloads
issues{/number} pulls{/number} milestones{/number} notifications{?since,all,participating} labels{/name}
releases{/id} deployments""".split()
API = "https://api.github.com"

# What ./x run shows: who stars these repositories and who writes this is a lead.
SAMPLE_REPOSITORIES = ("acme/rocket", "rival/shuttle")
SAMPLE_KEYWORD = "looking for a launch scheduler"


def dump(value):
    return json.dumps(value, separators=(",", ":"))


class World:
    """People, repositories and words to draw from; what is long is spelled out once."""

    def __init__(self, seed, people=4000, repositories=4000):
        self.random = random.Random(seed)
        words = [stem + ending for ending in ENDINGS for stem in STEMS]
        self.random.shuffle(words)
        # Small words come between the others; both by Zipf's law.
        self.words = SMALL + words
        self.weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self.words))))
        self.logins = [self.login(number) for number in range(people)]
        self.users = [self.user(number) for number in range(people)]
        self.names = [self.full_name() for _ in range(repositories)]
        self.repositories = [self.repository(number) for number in range(repositories)]

    def login(self, number):
        return f"{self.random.choice(NAMES)}{self.random.choice(('', '-', 'x'))}{self.random.choice(STEMS)}{number}"

    def user(self, number):
        login, url = self.logins[number], f"{API}/users/{self.logins[number]}"
        links = {f"{name.split('{')[0].split('/')[0]}_url": f"{url}/{name}" for name in USER_LINKS}
        return dump(
            {"login": login, "id": 1_000_000 + number * 37, "node_id": f"MDQ6VXNlc{number:08}", "gravatar_id": "",
             "avatar_url": f"https://avatars.githubusercontent.com/u/{1_000_000 + number * 37}?v=4", "url": url,
             "html_url": f"https://github.com/{login}"} | links | {"type": "User", "site_admin": False}
        )  # fmt: skip

    def full_name(self):
        return f"{self.random.choice(self.logins)}/{'-'.join(self.random.choices(STEMS, k=2))}"

    def repository(self, number):
        name = self.names[number]
        owner = self.users[self.logins.index(name.split("/")[0])] if number < 200 else self.random.choice(self.users)
        links = {f"{link.split('{')[0].strip('/').replace('/', '_')}_url": f"{API}/repos/{name}/{link}" for link in REPOSITORY_LINKS}
        about = {
            "html_url": f"https://github.com/{name}", "description": self.text(9), "fork": False, "url": f"{API}/repos/{name}",
            "created_at": "2019-05-15T15:19:25Z", "updated_at": "2023-01-02T03:04:05Z", "size": self.random.randrange(90000),
            "stargazers_count": self.random.randrange(900), "language": self.random.choice(LANGUAGES), "has_issues": True,
            "forks_count": self.random.randrange(99), "archived": False, "license": None, "topics": self.sample(4),
            "visibility": "public", "default_branch": "main",
        }  # fmt: skip
        head = dump({"id": 5_000_000 + number * 11, "node_id": f"R_kg{number:08}", "name": name.split("/")[1], "full_name": name, "private": False})
        return f'{head[:-1]},"owner":{owner},{dump(about | links)[1:]}'

    def sample(self, count):
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def text(self, count):
        return " ".join(self.sample(count))

    def body(self, mean):
        """Paragraphs as people write them: mostly short, a few long, some with code or a table."""
        draw = self.random
        parts = []
        for _ in range(1 + min(12, int(draw.expovariate(1)))):
            text = self.text(4 + int(draw.expovariate(1 / mean))).capitalize()
            kind = draw.random()
            if kind < 0.12:
                text = f"```\n{text.replace(' ', '_', 3)}({draw.randrange(9999)});\n\tat 0x{draw.getrandbits(48):x}\n```"
            elif kind < 0.2:
                text = f'- [ ] {text}\n- [x] "{self.text(5)}" https://example.com/{draw.getrandbits(40):x}'
            parts.append(text + ".")
        return "\r\n\r\n".join(parts)


class Hour:
    """Lines of one hour. `repositories` get stars, `keywords` stand in some texts: as (what, one in so many)."""

    def __init__(self, seed, day="2023-05-01", hour=15, repositories=((), 0), keywords=((), 0)):
        self.world = World(seed)
        self.random = self.world.random
        self.prefix = f"{day}T{hour:02}:"
        self.tracked, self.stars_one_in = repositories
        self.keywords, self.texts_one_in = keywords
        self.next_id = 28_900_000_000

    def lines(self):
        kinds, weights = list(MIX), list(itertools.accumulate(MIX.values()))
        for second in itertools.count():
            for kind in self.random.choices(kinds, cum_weights=weights, k=60):
                yield self.line(kind, second % 3600)

    def line(self, kind, second):
        world, draw = self.world, self.random
        who, where = draw.randrange(len(world.users)), draw.randrange(len(world.names))
        at = f"{self.prefix}{second // 60:02}:{second % 60:02}Z"
        name, repository_id = world.names[where], 5_000_000 + where * 11
        if kind == "WatchEvent" and self.tracked and draw.randrange(self.stars_one_in) == 0:
            name, repository_id = (tracked := draw.choice(self.tracked)), 900_000_000 + sum(map(ord, tracked))
        self.next_id += draw.randrange(1, 40)
        actor = {"id": 1_000_000 + who * 37, "login": world.logins[who], "display_login": world.logins[who], "gravatar_id": "",
                 "url": f"{API}/users/{world.logins[who]}", "avatar_url": f"https://avatars.githubusercontent.com/u/{1_000_000 + who * 37}?"}  # fmt: skip
        repo = {"id": repository_id, "name": name, "url": f"{API}/repos/{name}"}
        payload = getattr(self, PAYLOADS.get(kind, "small"))(name, who, where, at)
        return f'{{"id":"{self.next_id}","type":"{kind}","actor":{dump(actor)},"repo":{dump(repo)},"payload":{payload},"public":true,"created_at":"{at}"}}\n'

    def written(self, mean):
        text = self.world.body(mean)
        if self.keywords and self.random.randrange(self.texts_one_in) == 0:
            text = f"{text} {self.random.choice(self.keywords)} {self.world.text(3)}"
        return text

    def number(self):
        return int(self.random.paretovariate(0.6)) % 20000 + 1

    def hash(self):
        return f"{self.random.getrandbits(160):040x}"

    def watch(self, *_):
        return '{"action":"started"}'

    def small(self, name, who, where, at):
        return dump({"ref": self.world.text(1), "ref_type": "branch", "master_branch": "main", "description": self.world.text(8), "pusher_type": "user"})

    def push(self, name, who, where, at):
        login = self.world.logins[who]
        commits = [
            {"sha": (sha := self.hash()), "author": {"email": f"{login}@example.com", "name": login}, "message": self.world.text(9),
             "distinct": True, "url": f"{API}/repos/{name}/commits/{sha}"}
            for _ in range(min(20, 1 + int(self.random.expovariate(1.2))))
        ]  # fmt: skip
        return dump({"repository_id": 5_000_000 + where * 11, "push_id": self.next_id // 2, "size": len(commits), "distinct_size": len(commits),
                     "ref": "refs/heads/main", "head": self.hash(), "before": self.hash(), "commits": commits})  # fmt: skip

    def thing(self, name, who, at, page, mean, **more):
        """An issue, a pull request or a comment, without its closing brace."""
        number = self.random.getrandbits(30)
        fields = {"url": f"{API}/repos/{name}/{page}", "html_url": f"https://github.com/{name}/{page}", "id": number,
                  "node_id": f"I_kwDO{number:x}", "created_at": at, "updated_at": at, "author_association": "NONE"} | more  # fmt: skip
        return f'{dump(fields | {"body": self.written(mean)})[:-1]},"user":{self.world.users[who]}'

    def title(self):
        return self.world.text(self.random.randrange(3, 11)).capitalize()

    def issue(self, name, who, at):
        number = self.number()
        counts = {"number": number, "title": self.title(), "labels": [], "state": "open", "locked": False, "comments": 3}
        return self.thing(name, who, at, f"issues/{number}", 40, **counts) + "}"

    def issues(self, name, who, where, at):
        action = self.random.choice(("opened", "opened", "closed"))
        return f'{{"action":"{action}","issue":{self.issue(name, who, at)}}}'

    def comment(self, name, who, at):
        return self.thing(name, who, at, f"issues/{self.number()}#issuecomment-{self.random.getrandbits(30)}", 30) + "}"

    def issue_comment(self, name, who, where, at):
        issue = self.issue(name, self.random.randrange(len(self.world.users)), at)
        return f'{{"action":"created","issue":{issue},"comment":{self.comment(name, who, at)}}}'

    def pull(self, name, who, where, at):
        number = self.number()
        repository = self.world.repositories[where]
        fields = {"number": number, "title": self.title(), "state": "open", "locked": False, "merged": False, "commits": 2,
                  "additions": 31, "deletions": 7, "changed_files": 3, "merge_commit_sha": self.hash(), "draft": False}  # fmt: skip
        sides = [f'{{"label":"{name.split("/")[0]}:main","ref":"main","sha":"{self.hash()}","repo":{repository}}}' for _ in range(2)]
        return f'{self.thing(name, who, at, f"pull/{number}", 40, **fields)},"head":{sides[0]},"base":{sides[1]}}}'

    def pull_request(self, name, who, where, at):
        action = self.random.choice(("opened", "closed"))
        return f'{{"action":"{action}","number":7,"pull_request":{self.pull(name, who, where, at)}}}'

    def review(self, name, who, where, at):
        pull = self.pull(name, self.random.randrange(len(self.world.users)), where, at)
        return f'{{"action":"created","review":{self.comment(name, who, at)},"comment":{self.comment(name, who, at)},"pull_request":{pull}}}'

    def fork(self, name, who, where, at):
        return f'{{"forkee":{self.world.repositories[where]}}}'


PAYLOADS = {
    "WatchEvent": "watch", "PushEvent": "push", "IssuesEvent": "issues", "IssueCommentEvent": "issue_comment", "ForkEvent": "fork",
    "PullRequestEvent": "pull_request", "PullRequestReviewEvent": "review", "PullRequestReviewCommentEvent": "review",
}  # fmt: skip


def write(path, lines, bytes_wanted):
    """So many bytes of lines, unpacked; the same bytes for the same lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        out = gzip.GzipFile("", "wb", 6, file, mtime=0) if path.name.endswith(".gz") else file
        while bytes_wanted > 0:
            block = "".join(itertools.islice(lines, 500)).encode()
            out.write(block)
            bytes_wanted -= len(block)
        if out is not file:
            out.close()


def write_sample(path):
    hour = Hour(1, repositories=(SAMPLE_REPOSITORIES, 3), keywords=((SAMPLE_KEYWORD,), 40))
    write(path, hour.lines(), 1 << 20)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.sample:
        write_sample(arguments.file)
    else:
        write(arguments.file, Hour(arguments.seed).lines(), arguments.megabytes << 20)


if __name__ == "__main__":
    main()
