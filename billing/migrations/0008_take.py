"""Taking a batch of usage in one round trip, as a function: its plans are kept."""

from pathlib import Path

from django.db import migrations

TAKE = (Path(__file__).parent / "sql" / "0008_take.sql").read_text(encoding="utf-8")
BEFORE = """
DROP FUNCTION billing_take_usage(
    text[], timestamptz[], numeric[], text[], text[], uuid[], uuid[], bytea[], jsonb[], text, timestamptz, interval
);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_corrections"), ("accounts", "0009_address_of_a_look"), ("kernel", "0002_new_id")]

    operations = [migrations.RunSQL(TAKE, BEFORE)]
