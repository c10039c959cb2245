-- Which texts of an organisation have a trigram.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX pull_request_texts_by_trigram ON pull_request_texts
  USING gin (organization, search_text gin_trgm_ops);
CREATE INDEX pull_requests_by_repository ON pull_requests (organization, repository, merged_at, id);
