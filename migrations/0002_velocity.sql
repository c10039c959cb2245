-- Velocity. Every key begins with the organisation, the column a cluster distributes by.
-- Times are milliseconds, ids and organisations are ours.

CREATE TABLE repositories (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,                   -- "owner/name" as the forge spells it
  name_folded TEXT NOT NULL,
  location TEXT NOT NULL,               -- the path or URL it was imported from
  web_url TEXT NOT NULL,                -- "https://github.com/owner/name"; empty: no forge known
  branch TEXT NOT NULL,
  imported_head TEXT NOT NULL,          -- everything up to this commit is in; empty: nothing yet
  imported_since BIGINT,                -- the earliest merge asked for; null: all of the history
  score_direct_commits BOOLEAN,         -- decided at the first import; null: not yet
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX repositories_by_name ON repositories (organization, name_folded);

-- Former names, so that a renamed repository is still found.
CREATE TABLE repository_aliases (
  organization BIGINT NOT NULL,
  name_folded TEXT NOT NULL,
  repository BIGINT NOT NULL,
  PRIMARY KEY (organization, name_folded)
) ${clustered};

-- People as the API shows them.
CREATE TABLE contributors (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  username TEXT NOT NULL,
  username_folded TEXT NOT NULL,
  display_name TEXT NOT NULL,
  profile_url TEXT,
  avatar_url TEXT,
  has_account BOOLEAN NOT NULL,         -- the username is a forge's, not made from an e-mail
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX contributors_by_username ON contributors (organization, username_folded);

-- Names a contributor had before; they keep resolving.
CREATE TABLE contributor_aliases (
  organization BIGINT NOT NULL,
  username_folded TEXT NOT NULL,
  contributor BIGINT NOT NULL,
  PRIMARY KEY (organization, username_folded)
) ${clustered};

-- Whoever wrote something, as history or a forge names them. Work is stored under the identity and
-- people are a mapping over identities, so merging two people is reversible and rewrites nothing.
CREATE TABLE identities (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  key_folded TEXT NOT NULL,             -- folded e-mail, or "login:..." where a forge hides it, or "name:..."
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  contributor BIGINT NOT NULL,
  mapped_by BIGINT,                     -- the repository whose .mailmap chose the contributor; null: itself
  is_bot BOOLEAN NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX identities_by_key ON identities (organization, key_folded);

-- One row holds all that lists and the CSV show, clustered by merge time: a page comes from neighbours.
CREATE TABLE pull_requests (
  organization BIGINT NOT NULL,
  merged_at BIGINT NOT NULL,
  id BIGINT NOT NULL,
  repository BIGINT NOT NULL,
  identity BIGINT NOT NULL,
  source_type SMALLINT NOT NULL,        -- 0 pull request, 1 commit
  number BIGINT,
  title TEXT NOT NULL,
  score SMALLINT,                       -- null: not scored yet
  updated_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  merge_commit ${blob} NOT NULL,
  base_score SMALLINT,
  effort_factor INTEGER,                -- thousandths
  effort_tier SMALLINT,
  effort_scale SMALLINT,
  scope SMALLINT,
  architecture SMALLINT,
  implementation SMALLINT,
  risk SMALLINT,
  quality SMALLINT,
  perf_security SMALLINT,
  lines_added INTEGER,
  lines_removed INTEGER,
  files_changed INTEGER,
  effective_lines INTEGER,
  PRIMARY KEY (organization, merged_at, id)
) ${clustered};
CREATE UNIQUE INDEX pull_requests_by_id ON pull_requests (organization, id);
-- The identity of a pull request: its repository and number, or a direct commit's hash.
CREATE TABLE pull_request_references (
  organization BIGINT NOT NULL,
  repository BIGINT NOT NULL,
  source_type SMALLINT NOT NULL,
  reference TEXT NOT NULL,
  id BIGINT NOT NULL,
  merged_at BIGINT NOT NULL,
  reverts TEXT,                         -- the reference of what it takes back
  PRIMARY KEY (organization, repository, source_type, reference)
) ${clustered};
CREATE INDEX pull_requests_by_identity ON pull_requests (organization, identity, merged_at, id, score, repository);

-- What is long or rarely read.
CREATE TABLE pull_request_texts (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  search_text TEXT NOT NULL,            -- title and description, folded
  PRIMARY KEY (organization, id)
) ${clustered};

-- Every score ever given; the newest counts and stands in pull_requests too.
CREATE TABLE scores (
  organization BIGINT NOT NULL,
  pull_request BIGINT NOT NULL,
  scored_at BIGINT NOT NULL,
  scorer TEXT NOT NULL,                 -- "static/1"
  rubric TEXT NOT NULL,
  score SMALLINT NOT NULL,
  base_score SMALLINT NOT NULL,
  diff_hash ${blob} NOT NULL,
  inputs_hash ${blob} NOT NULL,
  reasons ${blob} NOT NULL,             -- factors with evidence, and exclusions
  PRIMARY KEY (organization, pull_request, scored_at)
) ${clustered};

-- Per day and identity: how many scores, their sum, and how often each of the 101 was given.
CREATE TABLE daily_scores (
  organization BIGINT NOT NULL,
  identity BIGINT NOT NULL,
  day INTEGER NOT NULL,                 -- since 1970-01-01
  count INTEGER NOT NULL,
  total INTEGER NOT NULL,
  histogram ${blob} NOT NULL,
  PRIMARY KEY (organization, identity, day)
) ${clustered};

-- The same per week and per month without the histogram: a trend reads as many rows as it shows.
CREATE TABLE score_sums (
  organization BIGINT NOT NULL,
  identity BIGINT NOT NULL,
  span SMALLINT NOT NULL,               -- 1 week, 2 month
  first_day INTEGER NOT NULL,           -- since 1970-01-01
  count INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (organization, identity, span, first_day)
) ${clustered};

-- Counted up in the transaction that changes anything: `data` for ETags, `names` when a repository,
-- identity or contributor changed, so that names may be held in memory.
CREATE TABLE velocity_versions (
  organization BIGINT NOT NULL,
  data BIGINT NOT NULL,
  names BIGINT NOT NULL,
  pull_requests BIGINT NOT NULL,        -- how many are listed
  PRIMARY KEY (organization)
) ${clustered};
