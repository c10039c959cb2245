-- The tables of 0011, spread as those of 0006.
DO $$
DECLARE
  distributed TEXT;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
    RETURN;
  END IF;
  SET LOCAL citus.multi_shard_modify_mode TO 'sequential';

  FOREACH distributed IN ARRAY ARRAY['model_answers', 'model_days'] LOOP
    PERFORM create_distributed_table(distributed, 'organization', colocate_with => 'velocity_versions');
  END LOOP;
END
$$;
