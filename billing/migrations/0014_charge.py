"""A charge is one call with its caller's key, and locks no rows that other charges lock, too.

Charges and days name what is there by the statement that writes them, and nothing of it is ever deleted: the invariants
keep these references, as they keep those of events.
"""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
CHARGE = (SQL / "0014_charge.sql").read_text(encoding="utf-8")
DROP = """
DROP FUNCTION billing_charge(
    bytea, text, text, text, text, timestamptz, bigint, uuid, text, text, numeric, uuid, text, timestamptz, uuid, text[],
    timestamptz, bigint, boolean
);
"""
BEGINS = "CREATE FUNCTION billing_charge("
BEFORE = BEGINS + (SQL / "0006_charge.sql").read_text(encoding="utf-8").partition(BEGINS)[2]

class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_ids_of_change_requests'),
        ('billing', '0013_claims'),
        ('billing', '0013_index_of_events'),
        ('credits', '0011_apply'),
    ]

    operations = [
        migrations.AlterField(
            model_name='charge',
            name='api_key',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey', verbose_name='API key'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='member',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='accounts.member', verbose_name='member'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='meter',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.meter', verbose_name='meter'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='price',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.price', verbose_name='price'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='settlement',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='billing.settlement', verbose_name='settlement'),
        ),
        migrations.AlterField(
            model_name='usagebatch',
            name='settlement',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='billing.settlement', verbose_name='settlement'),
        ),
        migrations.AlterField(
            model_name='usageday',
            name='api_key',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey', verbose_name='API key'),
        ),
        migrations.AlterField(
            model_name='usageday',
            name='member',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='usage_days', to='accounts.member', verbose_name='member'),
        ),
        migrations.AlterField(
            model_name='usageday',
            name='meter',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.meter', verbose_name='meter'),
        ),
        migrations.AlterField(
            model_name='usageday',
            name='price',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.price', verbose_name='price'),
        ),
        migrations.RunSQL(CHARGE, DROP + BEFORE),
    ]
