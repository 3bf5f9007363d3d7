"""Usage is taken by the call that looks at its caller's key, and batches of one month lock no row that others lock."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
TAKE = (SQL / "0027_take_plain.sql").read_text(encoding="utf-8")
BEFORE = (SQL / "0022_take_plain.sql").read_text(encoding="utf-8")
DROP = """
DROP FUNCTION billing_take_plain_usage(
    text[], timestamptz[], numeric[], int[], text[], text[], uuid[], uuid[], bytea[], jsonb[], text, timestamptz,
    interval, bytea, text
);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0026_access")]

    operations = [migrations.RunSQL(TAKE, DROP + BEFORE)]
