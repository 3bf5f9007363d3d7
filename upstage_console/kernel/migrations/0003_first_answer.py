"""The look for an earlier answer as a function: one round trip, which the statements of a hot path can call too."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql" / "0003_first_answer.sql"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_new_id")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"), "DROP FUNCTION kernel_first_answer(text, text, text, timestamptz)"
        )
    ]
