"""The months of usage events are found whatever plan the server chooses."""

from pathlib import Path

from django.db import migrations

PARTITIONS = (Path(__file__).parent / "sql" / "0029_partitions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("billing", "0028_firm")]

    operations = [migrations.RunSQL(PARTITIONS, migrations.RunSQL.noop)]
