"""Burning costs less: entries are checked by sums, one charge is burned lot by lot, many come as columns."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
BEGINS, ENDS = "CREATE FUNCTION credits_burn_all(", "-- Burn one charge"
MANY_BEFORE = BEGINS + (SQL / "0005_burn.sql").read_text(encoding="utf-8").partition(BEGINS)[2].partition(ENDS)[0]
DROP = """
DROP FUNCTION credits_burn_all(
    uuid[], bigint[], numeric[], boolean[], numeric[], text[], text[], timestamptz, bigint
);
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0011_apply")]

    operations = [
        # These two say the same as before: nothing to undo.
        migrations.RunSQL((SQL / "0012_apply.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0012_burn.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0012_burn_all.sql").read_text(encoding="utf-8"), DROP + MANY_BEFORE),
    ]
