"""What comes back to a lot that is over lapses by itself: the rest of the lot waits for use that is not settled yet.

Debts of a charge, and what a hold reserved, are found by an index, however many there are.
"""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Case, F, Value, When

SQL = Path(__file__).parent / "sql"


def statements(*names: str) -> str:
    return "".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in names)


class Migration(migrations.Migration):
    dependencies = [("credits", "0008_corrections")]

    operations = [
        migrations.RunSQL(
            statements("0009_lapse"),
            "DROP FUNCTION credits_lapse_freed(bigint[]);"
            "DROP FUNCTION credits_lapse(bigint[], numeric[], timestamptz[]);"
            "DROP FUNCTION credits_post_expired_of(bigint[], timestamptz);"
            "DROP FUNCTION credits_free(bigint[]);"
            "DROP FUNCTION credits_release(uuid, timestamptz, bigint);"
            "DROP FUNCTION credits_capture(uuid, bigint, uuid, numeric, text[], text, timestamptz, bigint);"
            "DROP FUNCTION credits_place(uuid, bigint, numeric, timestamptz, timestamptz, bigint, text, text, numeric, boolean);"
            "DROP FUNCTION credits_standing(bigint, timestamptz);"
            "DROP FUNCTION credits_expire_holds(timestamptz, integer);"
            "DROP FUNCTION credits_let_go(bigint[], timestamptz);"
            "DROP FUNCTION credits_correct(uuid, bigint, numeric, text[], text, timestamptz, bigint);"
            + statements("0005_expiry", "0005_holds", "0005_correct", "0005_void"),
        ),
        # It says the same as before, and finds it by an index: nothing to undo.
        migrations.RunSQL(statements("0009_apply"), migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="debt", name="debt_once"),
        migrations.RemoveIndex(model_name="debt", name="debt_lowered"),
        migrations.AddConstraint(
            model_name="debt",
            constraint=models.UniqueConstraint(
                "member", "charge", Case(When(amount__lt=0, then=F("id")), default=Value(0)), name="debt_once"
            ),
        ),
    ]
