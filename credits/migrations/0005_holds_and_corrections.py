"""The functions that burn, hold, capture, release, correct, expire and void, each one round trip."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def statements(*names: str) -> str:
    return "".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in names)


class Migration(migrations.Migration):
    dependencies = [("credits", "0004_holds"), ("kernel", "0002_new_id")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION credits_burn(bigint[], json, timestamptz, bigint);"
            "DROP AGGREGATE credits_left_after(numeric, numeric, boolean);"
            "DROP FUNCTION credits_left_after(numeric, numeric, numeric, boolean)",
            statements("0002_burn"),
        ),
        migrations.RunSQL(
            statements("0005_expiry"),
            "DROP FUNCTION credits_post_expired(timestamptz, integer);"
            "DROP FUNCTION credits_post_expired_of(bigint[], timestamptz, bigint[], timestamptz);"
            + statements("0002_post_expired"),
        ),
        migrations.RunSQL(
            statements("0005_holds"),
            "DROP FUNCTION credits_release(uuid, timestamptz, bigint);"
            "DROP FUNCTION credits_capture(uuid, bigint, uuid, numeric, text[], text, timestamptz, bigint);"
            "DROP FUNCTION credits_place(uuid, bigint, numeric, timestamptz, timestamptz, bigint, text, text, numeric, boolean);"
            "DROP FUNCTION credits_standing(bigint, timestamptz);"
            "DROP FUNCTION credits_expire_holds(timestamptz, integer);"
            "DROP FUNCTION credits_let_go(bigint[], timestamptz);"
            "DROP FUNCTION credits_free(bigint[], timestamptz)",
        ),
        migrations.RunSQL(
            statements("0005_void"), "DROP FUNCTION credits_void(bigint[], timestamptz[]);" + statements("0003_void")
        ),
        migrations.RunSQL(
            statements("0005_burn"),
            "DROP FUNCTION credits_burn(uuid, bigint, numeric, boolean, numeric, text[], text, timestamptz, bigint);"
            "DROP FUNCTION credits_burn_all(bigint[], json, timestamptz, bigint);"
            "DROP AGGREGATE credits_left_after(numeric, numeric, boolean, numeric);"
            "DROP FUNCTION credits_left_after(numeric, numeric, numeric, boolean, numeric)",
        ),
        migrations.RunSQL(
            statements("0005_correct"),
            "DROP FUNCTION credits_correct(uuid, bigint, numeric, text[], text, timestamptz, bigint)",
        ),
        migrations.RunSQL("DROP FUNCTION credits_new_id()", statements("0002_new_id")),
    ]
