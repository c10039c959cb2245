// The peer: the list endpoint as one would write it with fastify and better-sqlite3. No tokens, no budgets.
import Database from 'better-sqlite3';
import Fastify from 'fastify';

const [file, port] = process.argv.slice(2);
const db = new Database(file, { readonly: true });
db.pragma('cache_size = -16384');

const string = { type: ['string', 'null'] };
const integer = { type: ['integer', 'null'] };
const item = {
  type: 'object',
  properties: {
    id: string, repo: string, external_id: integer, title: string, html_url: string, score: integer,
    contributor_username: string, contributor_display_name: string, state: string, merged: { type: 'boolean' },
    merged_at: string, updated_at: string, closed_at: string, source_type: string,
  },
};
const schema = {
  response: { 200: { type: 'object', properties: { items: { type: 'array', items: item }, next_cursor: string } } },
};

const columns =
  'id, repo, external_id, title, html_url, score, contributor_username, contributor_display_name, merged_at, updated_at';
const order = 'ORDER BY merged_at DESC, id DESC LIMIT ?';
const page = db.prepare(`SELECT ${columns} FROM pull_requests WHERE (merged_at, id) < (?, ?) ${order}`);
const filtered = db.prepare(
  `SELECT ${columns} FROM pull_requests WHERE repo = ? AND score >= ? AND (merged_at, id) < (?, ?) ${order}`);

const end = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
const read = (cursor) => (cursor ? JSON.parse(Buffer.from(cursor, 'base64url').toString()) : end);
const write = (row) => Buffer.from(JSON.stringify([row.merged_at, row.id])).toString('base64url');
const shape = (row) => ({
  ...row,
  id: String(row.id),
  state: 'closed',
  merged: true,
  merged_at: new Date(row.merged_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString(),
  closed_at: null,
  source_type: 'pr',
});

const server = Fastify();
server.get('/healthz', async () => ({}));
server.get('/api/v1/pull-requests', { schema }, async (request) => {
  const { cursor, limit = '50', repos, min_score } = request.query;
  const [mergedAt, id] = read(cursor);
  const count = Number(limit);
  const rows = repos
    ? filtered.all(repos, Number(min_score ?? 0), mergedAt, id, count + 1)
    : page.all(mergedAt, id, count + 1);
  const more = rows.length > count;
  if (more) rows.pop();
  return { items: rows.map(shape), next_cursor: more ? write(rows[rows.length - 1]) : null };
});
await server.listen({ host: '127.0.0.1', port: Number(port) });
