-- The table of 0014, spread as those of 0006.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
    RETURN;
  END IF;
  SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

  PERFORM create_distributed_table('guidelines', 'organization', colocate_with => 'velocity_versions');
END
$$;
