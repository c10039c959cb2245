-- The tables since 0006, spread as those: an organisation's rows on one worker, what everybody reads on all.
DO $$
DECLARE
  distributed TEXT;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
    RETURN;
  END IF;
  SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

  PERFORM create_reference_table('lead_profiles');

  FOREACH distributed IN ARRAY ARRAY[
    'inbound_hooks', 'inbox', 'events', 'archive_hours', 'hook_endpoints', 'hook_messages', 'hook_deliveries',
    'tracked_repositories', 'tracked_keywords', 'lead_versions', 'people', 'leads', 'lead_removals', 'star_hours',
    'lead_accounts', 'lead_usage', 'fit_rules', 'suppressions', 'tombstones', 'idempotent_answers'
  ] LOOP
    PERFORM create_distributed_table(distributed, 'organization', colocate_with => 'velocity_versions');
  END LOOP;
END
$$;
