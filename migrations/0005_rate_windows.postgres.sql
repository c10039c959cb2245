-- Budgets of requests, counted over all nodes. Not logged: a crash opens new windows.
CREATE UNLOGGED TABLE rate_windows (
  organization BIGINT NOT NULL,
  endpoint TEXT NOT NULL,
  asked_at BIGINT NOT NULL,             -- the last request
  has_passed BOOLEAN NOT NULL,          -- whether it was counted
  minute_begin BIGINT NOT NULL,
  minute_count INTEGER NOT NULL,
  day_begin BIGINT NOT NULL,
  day_count INTEGER NOT NULL,
  PRIMARY KEY (organization, endpoint)
) WITH (fillfactor = 50);
CREATE INDEX rate_windows_by_day ON rate_windows (day_begin);
