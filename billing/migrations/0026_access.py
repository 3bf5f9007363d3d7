"""The gateway's question is one call: what nearly nobody has is looked into only where it is there."""

from pathlib import Path

from django.db import migrations

ACCESS = (Path(__file__).parent / "sql" / "0026_access.sql").read_text(encoding="utf-8")
BEFORE = "DROP FUNCTION billing_access(bytea, bytea, text, text, timestamptz, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("billing", "0025_compensation_prefix")]

    operations = [migrations.RunSQL(ACCESS, BEFORE)]
