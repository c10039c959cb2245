-- Work for later: what is to be done, and which node is doing it. Done, a job is gone.

CREATE TABLE jobs (
  organization BIGINT NOT NULL,         -- 0: a schedule, which is nobody's
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,                   -- "velocity.import"
  natural_key TEXT NOT NULL,            -- what it is about: one job of a kind at a time
  payload TEXT NOT NULL,                -- JSON
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'failed')),
  due_at BIGINT,                        -- from then on it may be taken: of a running one the end of the lease; null: failed
  claim BIGINT,                         -- another one each time it is taken; null: nobody has it
  claimed_by TEXT NOT NULL,             -- the node, for people
  attempts INTEGER NOT NULL,
  runs_again BOOLEAN NOT NULL,          -- asked for once more while it ran
  repeat_ms BIGINT,                     -- a schedule is due again so long after it ran; null: no schedule
  last_error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, id)
) ${clustered};
CREATE UNIQUE INDEX jobs_by_key ON jobs (organization, kind, natural_key);
CREATE INDEX jobs_by_due ON jobs (due_at);
