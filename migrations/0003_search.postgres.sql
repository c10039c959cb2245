CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX pull_request_texts_by_trigram ON pull_request_texts USING gin (search_text gin_trgm_ops);
CREATE INDEX pull_requests_by_repository ON pull_requests (organization, repository, merged_at, id);
