-- What comes in from forges: deliveries as they were received, the events in them for a while, and what is
-- known to be missing. Organisation 0: the installation's own, for everybody to see.

-- Where a forge posts an organisation's events, and the secret that proves that it was the forge.
CREATE TABLE inbound_hooks (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  forge TEXT NOT NULL CHECK (forge IN ('github')),
  secret ${blob} NOT NULL,              -- sealed
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};

-- Every delivery once, as received until it is worked off, and its name for a while after.
CREATE TABLE inbox (
  organization BIGINT NOT NULL,
  hook BIGINT NOT NULL,                 -- 0: it came by the installation's own secret
  delivery TEXT NOT NULL,               -- the forge's name for it
  kind TEXT NOT NULL,                   -- "issue_comment", as the forge says
  body ${blob},                         -- null: worked off, and read
  received_at BIGINT NOT NULL,
  done_at BIGINT,
  problem TEXT NOT NULL,                -- why nothing could be made of it
  PRIMARY KEY (organization, hook, delivery)
);
CREATE INDEX inbox_by_time ON inbox (received_at);

CREATE TABLE events (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  natural_key TEXT NOT NULL,            -- the same act by another path has the same one
  path TEXT NOT NULL CHECK (path IN ('webhook', 'archive')),
  repository_folded TEXT NOT NULL,
  actor BIGINT NOT NULL,                -- the forge's number
  actor_folded TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  event TEXT NOT NULL,                  -- JSON
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX events_by_key ON events (organization, natural_key);
CREATE INDEX events_by_repository ON events (organization, repository_folded, received_at);
CREATE INDEX events_by_time ON events (received_at);

-- How far the hours of an archive were read.
CREATE TABLE archive_hours (
  organization BIGINT NOT NULL,
  hour BIGINT NOT NULL,                 -- its beginning
  lines BIGINT NOT NULL,
  events BIGINT NOT NULL,               -- of them read
  problem TEXT NOT NULL,                -- what was wrong with the file; empty: it was whole
  read_at BIGINT NOT NULL,
  PRIMARY KEY (organization, hour)
) ${clustered};
