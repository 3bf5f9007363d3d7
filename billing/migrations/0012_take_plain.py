"""Usage that is all new and of one month, which it mostly is, is taken by one statement."""

from pathlib import Path

from django.db import migrations

TAKE = (Path(__file__).parent / "sql" / "0012_take_plain.sql").read_text(encoding="utf-8")
BEFORE = """
DROP FUNCTION billing_take_plain_usage(
    text[], timestamptz[], numeric[], int[], text[], text[], uuid[], uuid[], bytea[], jsonb[], text, timestamptz, interval
);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_lean_invoices")]

    operations = [migrations.RunSQL(TAKE, BEFORE)]
