-- With the Citus extension in the database every organisation's rows lie on one of its workers. What is
-- looked up without knowing an organisation is on all of them, and the work for later is on the coordinator.
-- Local: schema_versions, jobs.
DO $$
DECLARE
  distributed TEXT;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
    RETURN;
  END IF;
  SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

  PERFORM create_reference_table('organizations');
  PERFORM create_reference_table('accounts');
  PERFORM create_reference_table('memberships');
  PERFORM create_reference_table('tokens');
  PERFORM create_reference_table('sign_in_links');

  PERFORM create_distributed_table('velocity_versions', 'organization', colocate_with => 'none');
  FOREACH distributed IN ARRAY ARRAY[
    'token_uses', 'rate_windows', 'repositories', 'repository_aliases', 'contributors', 'contributor_aliases',
    'identities', 'pull_requests', 'pull_request_references', 'pull_request_texts', 'scores', 'daily_scores',
    'score_sums'
  ] LOOP
    PERFORM create_distributed_table(distributed, 'organization', colocate_with => 'velocity_versions');
  END LOOP;
END
$$;
