-- Leads. Every key begins with the organisation, the column a cluster distributes by; the cache of
-- profiles is everybody's. Times are milliseconds, ids are ours unless they say forge.

-- What an organisation watches.
CREATE TABLE tracked_repositories (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  full_name TEXT NOT NULL,              -- "owner/name" as it was asked for
  name_folded TEXT NOT NULL,
  forge_id BIGINT NOT NULL,             -- 0: no event has told yet
  relation SMALLINT NOT NULL,           -- 0 own, 1 competitor, 2 ecosystem
  is_paused BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX tracked_repositories_by_name ON tracked_repositories (organization, name_folded);

CREATE TABLE tracked_keywords (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  keyword TEXT NOT NULL,
  keyword_folded TEXT NOT NULL,
  scan_targets SMALLINT NOT NULL,       -- 1 issues, 2 prs, 4 discussions, 8 code, added up
  is_paused BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX tracked_keywords_by_text ON tracked_keywords (organization, keyword_folded);

-- Counted up in the transaction that changes what is watched, so that all of it may be held in
-- memory. Organisation 0: by anybody.
CREATE TABLE lead_versions (
  organization BIGINT NOT NULL,
  repositories BIGINT NOT NULL,
  keywords BIGINT NOT NULL,
  PRIMARY KEY (organization)
) ${clustered};

-- Public profiles by the forge's number, over all organisations.
CREATE TABLE lead_profiles (
  forge_id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_source TEXT NOT NULL,           -- "profile", "commits"; empty: no e-mail
  bio TEXT NOT NULL,
  company TEXT NOT NULL,
  location TEXT NOT NULL,
  followers BIGINT,
  public_repos BIGINT,
  starred BIGINT,                       -- how many repositories the person has starred
  account_created_at BIGINT,
  top_languages TEXT NOT NULL,          -- by commas, the main one first
  fetched_at BIGINT NOT NULL
) ${clustered};

-- Whoever gave a signal. The forge's number makes the person; the login may change.
CREATE TABLE people (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  forge_id BIGINT NOT NULL,
  login TEXT NOT NULL,
  login_folded TEXT NOT NULL,
  login_seen_at BIGINT NOT NULL,        -- when the act happened that told it: an older one changes nothing
  email_folded TEXT NOT NULL,           -- these follow from the profile
  email_domain TEXT NOT NULL,
  company_key TEXT NOT NULL,            -- people of one company have the same; empty: none known
  company_name TEXT NOT NULL,
  search_text TEXT NOT NULL,            -- login and profile, folded
  is_suppressed BOOLEAN NOT NULL,
  first_seen_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX people_by_account ON people (organization, forge_id);
CREATE INDEX people_by_login ON people (organization, login_folded);
CREATE INDEX people_by_company ON people (organization, company_key, id);
CREATE INDEX people_of_profile ON people (forge_id);

-- Clustered by capture: a page comes from neighbours, and what is not shown lies apart.
CREATE TABLE leads (
  organization BIGINT NOT NULL,
  state SMALLINT NOT NULL,              -- 0 shown, 1 over quota
  captured_at BIGINT NOT NULL,
  id BIGINT NOT NULL,
  person BIGINT NOT NULL,
  kind SMALLINT NOT NULL,               -- of act: 0 star, 1 fork, 2 issue, 3 comment on one, 4 pull request, 5 comment, 6 discussion, 7 comment, 8 code
  act BIGINT NOT NULL,                  -- the forge's number of the act; of stars and forks that of the repository
  repository TEXT NOT NULL,             -- "owner/name" as the forge spelled it
  repository_folded TEXT NOT NULL,
  keywords TEXT NOT NULL,               -- those that matched, one a line, the first one first
  context TEXT NOT NULL,
  url TEXT NOT NULL,
  snippet TEXT NOT NULL,
  search_text TEXT NOT NULL,            -- keywords and snippet, folded
  evidence SMALLINT NOT NULL,           -- of a forged signal: 1 burst, 2 lockstep, added up
  occurred_at BIGINT NOT NULL,
  captured_by SMALLINT NOT NULL,        -- 0 webhook, 1 archive, 2 events feed, 3 search
  is_backfill BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization, state, captured_at, id)
) ${clustered};
CREATE UNIQUE INDEX leads_by_id ON leads (organization, id);
-- What makes two signals one lead.
CREATE UNIQUE INDEX leads_by_act ON leads (organization, person, kind, act);
CREATE INDEX leads_by_repository ON leads (organization, state, repository_folded, captured_at, id);
CREATE INDEX leads_of_stars ON leads (organization, repository_folded, occurred_at) WHERE kind = 0;

-- Leads that were taken back by an unstar: what happened before it does not bring them again.
CREATE TABLE lead_removals (
  organization BIGINT NOT NULL,
  person BIGINT NOT NULL,
  kind SMALLINT NOT NULL,
  act BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  PRIMARY KEY (organization, person, kind, act)
) ${clustered};

-- Stars of a repository an hour.
CREATE TABLE star_hours (
  organization BIGINT NOT NULL,
  repository_folded TEXT NOT NULL,
  hour INTEGER NOT NULL,                -- since 1970-01-01
  stars BIGINT NOT NULL,
  PRIMARY KEY (organization, repository_folded, hour)
) ${clustered};

-- One row an organisation: whoever gives out a captured_at changes it, so that they only rise.
CREATE TABLE lead_accounts (
  organization BIGINT NOT NULL,
  last_captured_at BIGINT NOT NULL,
  retention_days INTEGER,               -- null: leads are kept
  PRIMARY KEY (organization)
) ${clustered};

CREATE TABLE lead_usage (
  organization BIGINT NOT NULL,
  period INTEGER NOT NULL,              -- months since January of the year 0
  captured BIGINT NOT NULL,
  is_announced BOOLEAN NOT NULL,        -- quota.reached was sent
  PRIMARY KEY (organization, period)
) ${clustered};

-- Rules of fit: data of the organisation's own.
CREATE TABLE fit_rules (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  field SMALLINT NOT NULL,              -- 0 language, 1 location, 2 followers, 3 company, 4 keyword
  comparison SMALLINT NOT NULL,         -- 0 is, 1 contains, 2 at_least, 3 at_most
  value TEXT NOT NULL,
  points SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};

CREATE TABLE suppressions (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind SMALLINT NOT NULL,               -- 0 login, 1 email, 2 domain, 3 org
  value TEXT NOT NULL,
  value_folded TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX suppressions_by_value ON suppressions (organization, kind, value_folded);

-- Erased people, who are not captured again: keyed hashes of forge id and of login.
CREATE TABLE tombstones (
  organization BIGINT NOT NULL,
  hash ${blob} NOT NULL,
  erased_at BIGINT NOT NULL,
  PRIMARY KEY (organization, hash)
) ${clustered};

-- First answers to requests with an Idempotency-Key.
CREATE TABLE idempotent_answers (
  organization BIGINT NOT NULL,
  key_hash ${blob} NOT NULL,
  request_hash ${blob} NOT NULL,
  status SMALLINT NOT NULL,
  answer ${blob} NOT NULL,              -- sealed: location and body
  is_personal BOOLEAN NOT NULL,         -- may show people: goes when one is erased
  answered_at BIGINT NOT NULL,
  PRIMARY KEY (organization, key_hash)
) ${clustered};
