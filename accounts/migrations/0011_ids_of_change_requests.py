"""Requests for a change and charges had ids of one kind; the requests take another, in their history too."""

import upstage_console.kernel.db
from django.db import migrations

RENAME = """
UPDATE {table} SET {column} = 'req_' || substr({column}, 5)
WHERE {column} IN (SELECT 'chg_' || replace(public_id::text, '-', '') FROM accounts_changerequest)
"""
PLACES = [
    ("kernel_auditevent", "subject"), ("kernel_transition", "subject"), ("kernel_dueitem", "subject"),
    ("kernel_dueitem", "key"),
]


def rename(apps, schema_editor):
    """History is append-only; its triggers stand aside for this one statement each."""
    for table, column in PLACES:
        schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        schema_editor.execute(RENAME.format(table=table, column=column))
        schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0002_new_id"),
        ("accounts", "0010_promotion_terms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="changerequest",
            name="public_id",
            field=upstage_console.kernel.db.PublicIdField(editable=False, prefix="req", unique=True),
        ),
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
