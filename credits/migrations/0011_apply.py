"""Entries of one lot are checked by one walk, and others without looking through all accounts and lots."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("credits", "0010_correction_key"), ("kernel", "0004_own_id")]

    operations = [
        # They say the same as before: nothing to undo.
        migrations.RunSQL((SQL / "0011_apply.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0011_burn.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
