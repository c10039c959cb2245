-- Which pull requests have a trigram somewhere in their search_text: found by row id, checked against
-- the text afterwards. An organisation's own trigram in `text` keeps one from paying for another.
CREATE VIRTUAL TABLE pull_request_search USING fts5 (
  text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);
-- A page of one repository comes from neighbouring entries too, without a look into the table.
CREATE INDEX pull_requests_by_repository ON pull_requests (
  organization, repository, merged_at, id, identity, source_type, number, title, score, updated_at, merge_commit
);
