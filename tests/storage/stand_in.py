"""A stand-in for Citus in an ordinary PostgreSQL: its calls, refusing what Citus refuses.

A table may be spread when its keys hold the column it is spread by, when what it refers to is spread
already, and when nothing in it is hidden or guarded, so that every row is copied.
"""

from typing import Final

CITUS: Final = """
CREATE TABLE pg_dist_partition (logicalrelid regclass, partkey text, called bigserial);
CREATE TABLE pg_emptied (logicalrelid regclass);
-- As with the real one, its tables are an extension's.
ALTER EXTENSION plpgsql ADD TABLE pg_dist_partition;
ALTER EXTENSION plpgsql ADD TABLE pg_emptied;
GRANT ALL ON pg_dist_partition, pg_emptied, pg_dist_partition_called_seq TO finz_owner;

CREATE FUNCTION spread(wanted regclass, by_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_index AS i WHERE i.indrelid = wanted AND i.indisunique AND by_column IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM pg_attribute AS a
      WHERE a.attrelid = wanted AND a.attname = by_column AND a.attnum = ANY (i.indkey::int2[])
    )
  ) THEN
    RAISE EXCEPTION '% has a unique key without %', wanted, by_column;
  END IF;
  IF EXISTS (
    SELECT FROM pg_constraint AS c WHERE c.conrelid = wanted AND c.contype = 'f' AND c.confrelid <> wanted
    AND NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = c.confrelid)
  ) THEN
    RAISE EXCEPTION '% refers to a table that is not spread', wanted;
  END IF;
  IF (SELECT relrowsecurity OR relhastriggers AND EXISTS (
        SELECT FROM pg_trigger AS t WHERE t.tgrelid = wanted AND NOT t.tgisinternal
      ) FROM pg_class WHERE oid = wanted) THEN
    RAISE EXCEPTION '% hides or guards its rows', wanted;
  END IF;
  IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
    RAISE EXCEPTION 'the machines would be changed in parallel';
  END IF;
  INSERT INTO pg_dist_partition VALUES (wanted, by_column);
END $$;

CREATE FUNCTION create_distributed_table(wanted regclass, by_column text, colocate_with text DEFAULT 'none')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF colocate_with <> 'none'
  AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass) THEN
    RAISE EXCEPTION '% is not spread', colocate_with;
  END IF;
  PERFORM spread(wanted, by_column);
END $$;

CREATE FUNCTION create_reference_table(wanted regclass) RETURNS void LANGUAGE sql AS $$
  SELECT spread(wanted, NULL)
$$;

CREATE FUNCTION truncate_local_data_after_distributing_table(wanted regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = wanted) THEN
    RAISE EXCEPTION '% is not spread', wanted;
  END IF;
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = wanted AND NOT tgisinternal) THEN
    RAISE EXCEPTION '% guards its rows', wanted;
  END IF;
  INSERT INTO pg_emptied VALUES (wanted);
END $$;
"""
