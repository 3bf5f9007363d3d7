"""Where PostgreSQL makes time-ordered ids itself (from 18 on), it makes them: it takes a fraction of the expression."""

from django.db import migrations

OWN = """
DO $do$ BEGIN
    IF to_regprocedure('pg_catalog.uuidv7()') IS NOT NULL THEN
        CREATE OR REPLACE FUNCTION kernel_new_id() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT uuidv7()';
    END IF;
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_first_answer")]

    # What was before makes the same ids: nothing to undo.
    operations = [migrations.RunSQL(OWN, migrations.RunSQL.noop)]
