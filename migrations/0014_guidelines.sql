-- How a repository wants its changes scored, every wording of it, and what each score went by.

CREATE TABLE guidelines (
  organization BIGINT NOT NULL,
  repository BIGINT NOT NULL,
  version INTEGER NOT NULL,             -- 1, 2, ...; the highest is in force
  text TEXT NOT NULL,
  restored_from INTEGER,                -- the version whose text this is once more; null: none
  saved_by TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (organization, repository, version)
) ${clustered};

ALTER TABLE scores ADD COLUMN guidelines_version INTEGER NOT NULL DEFAULT 0; -- 0: there were none
ALTER TABLE scores ADD COLUMN effort_factor INTEGER;      -- thousandths; null: not kept at that time
