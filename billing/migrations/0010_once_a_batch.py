"""An id that stands twice in a batch of several months is taken once: in each month's own index it is new.

And one that was refused before in the same batch makes no repeat of the one that is taken.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_tally_key")]

    operations = [
        migrations.RunSQL(
            (SQL / "0010_take.sql").read_text(encoding="utf-8"), (SQL / "0009_take.sql").read_text(encoding="utf-8")
        ),
    ]
