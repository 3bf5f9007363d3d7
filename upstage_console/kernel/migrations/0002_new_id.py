"""Ids that statements make themselves, for writes of many rows at once."""

from django.db import migrations

NEW_ID = """
-- A time-ordered id (UUIDv7), as kernel.db.new_id makes them in Python; PostgreSQL has its own only from 18 on.
CREATE FUNCTION kernel_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(NEW_ID, "DROP FUNCTION kernel_new_id()")]
