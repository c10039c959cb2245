// What one would ask DuckDB about hours of GH Archive: who starred these repositories, and who wrote
// one of these names. Prints how many events were found.
import { DuckDBInstance } from '@duckdb/node-api';

const { files, repositories, names } = JSON.parse(process.argv[2]);
const list = (values) => values.map((value) => `'${value}'`).join(', ');

const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const result = await connection.runAndReadAll(`
  SELECT count(*)
  FROM read_ndjson([${list(files)}],
    columns = {type: 'VARCHAR', actor: 'STRUCT(login VARCHAR)', repo: 'STRUCT(name VARCHAR)', payload: 'STRUCT(
      issue STRUCT(title VARCHAR, body VARCHAR), pull_request STRUCT(title VARCHAR, body VARCHAR),
      comment STRUCT(body VARCHAR), review STRUCT(body VARCHAR))'},
    maximum_object_size = 33554432, ignore_errors = true)
  WHERE (type = 'WatchEvent' AND repo.name IN (${list(repositories)}))
     OR regexp_matches(
          concat_ws(' ', payload.issue.title, payload.issue.body, payload.pull_request.title,
                    payload.pull_request.body, payload.comment.body, payload.review.body),
          '(?i)\\b(${names.join('|')})\\b')`);
console.log(String(result.getRows()[0][0]));
