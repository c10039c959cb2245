-- The table of 0016, spread as those of 0006.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
    RETURN;
  END IF;
  PERFORM create_distributed_table('model_counts', 'organization', colocate_with => 'velocity_versions');
END
$$;
