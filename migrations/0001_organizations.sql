-- Who may do what: organisations, their people, and the tokens of their programs.

CREATE TABLE organizations (
  id BIGINT PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  plan TEXT,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
-- The slug of a deleted organisation may be taken again.
CREATE UNIQUE INDEX organizations_slug ON organizations (slug) WHERE deleted_at IS NULL;

-- People, over all organisations.
CREATE TABLE accounts (
  id BIGINT PRIMARY KEY,
  email_folded TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
  organization BIGINT NOT NULL,
  account BIGINT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization, account)
) ${clustered};

-- Looked up by the hash of the secret, which is not kept.
CREATE TABLE tokens (
  hash ${blob} PRIMARY KEY,
  id BIGINT NOT NULL,
  organization BIGINT NOT NULL,
  name TEXT NOT NULL,
  created_by BIGINT,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT
) ${clustered};
CREATE INDEX tokens_organization ON tokens (organization, id);

-- Apart from the tokens, which stay as they are while they are used.
CREATE TABLE token_uses (
  organization BIGINT NOT NULL,
  token BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  PRIMARY KEY (organization, token)
) ${clustered};

-- One-time links with which a person signs in.
CREATE TABLE sign_in_links (
  hash ${blob} PRIMARY KEY,
  account BIGINT NOT NULL,
  organization BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
) ${clustered};
