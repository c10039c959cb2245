-- What became of questions to language models, counted for those who watch over the server.
CREATE TABLE model_counts (
  organization BIGINT NOT NULL,
  outcome TEXT NOT NULL,                -- "answered", "kept", "throttled" ...
  questions BIGINT NOT NULL,
  tokens_in BIGINT NOT NULL,            -- all that was sent
  tokens_in_cached BIGINT NOT NULL,     -- of these, what the provider had kept
  tokens_out BIGINT NOT NULL,
  micro_dollars BIGINT NOT NULL,
  milliseconds BIGINT NOT NULL,         -- with all waits
  PRIMARY KEY (organization, outcome)
) ${clustered};

-- For removing what has had its time.
CREATE INDEX model_answers_by_age ON model_answers (organization, answered_at);
