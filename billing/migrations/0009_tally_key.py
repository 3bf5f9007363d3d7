"""A tally's key begins with its member, so that one index serves the balance too; months to come are not asked for ids."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
TAKE = (SQL / "0009_take.sql").read_text(encoding="utf-8")
BEFORE = (SQL / "0008_take.sql").read_text(encoding="utf-8").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

KEY = """
ALTER TABLE billing_usagetally DROP CONSTRAINT billing_usagetally_pkey, ADD PRIMARY KEY (member_id, batch_id, number);
DROP INDEX usage_tally_of_member;
"""
KEY_BEFORE = """
ALTER TABLE billing_usagetally DROP CONSTRAINT billing_usagetally_pkey, ADD PRIMARY KEY (batch_id, number);
CREATE INDEX usage_tally_of_member ON billing_usagetally (member_id);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_take")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KEY, KEY_BEFORE)],
            state_operations=[
                migrations.RemoveIndex(model_name="usagetally", name="usage_tally_of_member"),
                migrations.AlterField(
                    model_name="usagetally",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "member_id", "batch_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.RunSQL(TAKE, BEFORE),
    ]
