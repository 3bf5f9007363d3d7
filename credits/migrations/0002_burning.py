"""The statements that burn and expire credits, as functions: their plans are kept, and a charge is one round trip."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def statements(name: str) -> str:
    return (SQL / f"0002_{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_initial")]

    operations = [
        migrations.RunSQL(statements("new_id"), "DROP FUNCTION credits_new_id()"),
        migrations.RunSQL(
            statements("burn"),
            "DROP FUNCTION credits_burn(bigint[], json, timestamptz, bigint);"
            "DROP AGGREGATE credits_left_after(numeric, numeric, boolean);"
            "DROP FUNCTION credits_left_after(numeric, numeric, numeric, boolean)",
        ),
        migrations.RunSQL(
            statements("post_expired"), "DROP FUNCTION credits_post_expired(timestamptz, integer)"
        ),
    ]
