"""What holds are placed for; and a use that is charged at once as functions, so that it is one round trip."""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

CHARGE = (Path(__file__).parent / "sql" / "0006_charge.sql").read_text(encoding="utf-8")

DROP = """
DROP FUNCTION billing_charge;
DROP FUNCTION billing_claimed(bigint);
DROP FUNCTION billing_has_use(bigint, text, timestamptz);
DROP FUNCTION billing_write_charge(billing_rated, uuid, text, numeric, date, timestamptz);
DROP FUNCTION billing_hold_open(date);
DROP FUNCTION billing_rate(bigint, uuid, text, text, numeric, uuid, boolean, timestamptz);
DROP TYPE billing_rated;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_address_of_a_look'),
        ('billing', '0005_intake'),
        ('credits', '0005_holds_and_corrections'),
        ('kernel', '0003_first_answer'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldUse',
            fields=[
                ('hold', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='use', serialize=False, to='credits.hold', verbose_name='hold')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='quantity')),
                ('api_key', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey', verbose_name='API key')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
                ('meter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.meter', verbose_name='meter')),
            ],
            options={
                'verbose_name': 'use that is held for',
                'verbose_name_plural': 'uses that are held for',
                'ordering': ['-hold_id'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='helduse',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5e9e2bb251a44ba61a43c643633eed54bb4994c6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7b977', table='billing_helduse', when='BEFORE')),
        ),
        migrations.RunSQL(CHARGE, DROP),
    ]
