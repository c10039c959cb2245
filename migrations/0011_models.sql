-- What language models were asked and what it cost.

-- One row a question, so that nothing is asked twice: claimed while it is asked, kept once answered.
CREATE TABLE model_answers (
  organization BIGINT NOT NULL,
  diff_hash ${blob} NOT NULL,
  rubric TEXT NOT NULL,
  guidelines TEXT NOT NULL,             -- a hash of their text; empty: none
  model TEXT NOT NULL,                  -- "anthropic/NAME"
  request ${blob} NOT NULL,             -- a hash of all that is sent, and where to
  answer TEXT,                          -- JSON; null: being asked, or nobody asks any more
  claim BIGINT NOT NULL,                -- whose question it is; 0: nobody's
  claimed_until BIGINT NOT NULL,        -- then whoever asks has died
  answered_at BIGINT,
  PRIMARY KEY (organization, diff_hash, rubric, guidelines, model, request)
) ${clustered};
CREATE INDEX model_answers_by_claim ON model_answers (organization, claimed_until);

-- What an organisation has spent in a day (UTC); what is under way counts with the most it may take.
CREATE TABLE model_days (
  organization BIGINT NOT NULL,
  day INTEGER NOT NULL,                 -- since 1970-01-01
  questions BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  micro_dollars BIGINT NOT NULL,        -- millionths of a dollar
  PRIMARY KEY (organization, day)
) ${clustered};
