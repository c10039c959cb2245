-- What products tell the outside: who wants to hear what, what there was to tell, and how far each has heard it.

CREATE TABLE hook_endpoints (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('webhook', 'slack', 'discord', 'hubspot')),
  url TEXT NOT NULL,
  wants TEXT NOT NULL,                  -- JSON: events, and what their attributes must be
  secret ${blob} NOT NULL,              -- sealed
  previous_secret ${blob},              -- sealed; signs too until it expires
  previous_secret_until BIGINT,
  credential ${blob},                   -- sealed; what the destination lets us in with
  enabled BOOLEAN NOT NULL,
  disabled_at BIGINT,
  disabled_reason TEXT NOT NULL,
  failing_since BIGINT,                 -- the first failure after the last success; null: none
  paused_until BIGINT NOT NULL,         -- the receiver has asked for so much time
  claim BIGINT,                         -- the process that sends to it, another one at each start; null: none
  claimed_by TEXT NOT NULL,             -- the node, for people
  claimed_until BIGINT NOT NULL,        -- the end of the lease, or when it was let go
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};

-- Each with its bytes as they are sent, the same at every attempt.
CREATE TABLE hook_messages (
  organization BIGINT NOT NULL,
  id BIGINT NOT NULL,
  event TEXT NOT NULL,
  subject TEXT NOT NULL,                -- whom erasing it goes by; empty: nobody
  attributes TEXT NOT NULL,             -- JSON: what endpoints may filter by
  body TEXT NOT NULL,                   -- empty: erased
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
);
CREATE INDEX hook_messages_by_time ON hook_messages (organization, created_at, id);
CREATE INDEX hook_messages_by_subject ON hook_messages (organization, subject) WHERE subject > '';

CREATE TABLE hook_deliveries (
  organization BIGINT NOT NULL,
  endpoint BIGINT NOT NULL,
  id BIGINT NOT NULL,
  message BIGINT NOT NULL,
  event TEXT NOT NULL,
  state SMALLINT NOT NULL,              -- 0 not tried yet, 1 to be tried again, 2 delivered, 3 failed, 4 skipped, 5 erased
  due_at BIGINT,                        -- null: over
  attempts SMALLINT NOT NULL,
  status SMALLINT,                      -- of the last answer; null: there was none
  error TEXT NOT NULL,                  -- of the last attempt
  tries TEXT NOT NULL,                  -- JSON objects, one an attempt, with commas between
  created_at BIGINT NOT NULL,
  delivered_at BIGINT,
  PRIMARY KEY (organization, endpoint, id)
) ${clustered};
CREATE INDEX hook_deliveries_by_due ON hook_deliveries (organization, endpoint, state, due_at, id)
  WHERE due_at IS NOT NULL;
