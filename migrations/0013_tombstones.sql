-- What is captured for everybody asks for a person's tombstone of any organisation.
CREATE INDEX tombstones_by_hash ON tombstones (hash);
