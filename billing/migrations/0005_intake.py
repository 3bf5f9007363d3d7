"""Usage is stored first and settled in turn: settlements, tallies of what is not settled yet, and sums by hour.

What there is stays as it is: each batch so far was charged at once, so it has a settlement of its own, with its number.
"""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import upstage_console.kernel.db

PARTITIONS = (Path(__file__).parent / "sql" / "0005_partitions.sql").read_text(encoding="utf-8")

SETTLEMENTS = """
INSERT INTO billing_settlement (id, public_id, at, batches, events)
SELECT id, kernel_new_id(), at, 1, events FROM billing_usagebatch;
SELECT setval(pg_get_serial_sequence('billing_settlement', 'id'), max(id)) FROM billing_settlement HAVING max(id) > 0;
"""

SETTLED = """
UPDATE billing_usagebatch SET settlement_id = id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

HOURS = """
INSERT INTO billing_usagehour (member_id, hour, meter_id, price_id, api_key_id, events, quantity, amount)
SELECT member_id, date_trunc('hour', occurred_at), meter_id, price_id, api_key_id, count(*), sum(quantity), sum(amount)
FROM billing_usageevent GROUP BY 1, 2, 3, 4, 5;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_address_of_a_look'),
        ('billing', '0004_own_limits'),
        ('kernel', '0002_new_id'),
    ]

    operations = [
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='stl', unique=True)),
                ('at', models.DateTimeField(verbose_name='settled at')),
                ('batches', models.PositiveIntegerField(verbose_name='batches')),
                ('events', models.PositiveBigIntegerField(verbose_name='events')),
            ],
            options={
                'verbose_name': 'settlement',
                'verbose_name_plural': 'settlements',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='UsageHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField(verbose_name='hour')),
                ('events', models.PositiveBigIntegerField(verbose_name='events')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=24, verbose_name='quantity')),
                ('amount', models.DecimalField(decimal_places=6, max_digits=24, verbose_name='amount')),
                ('api_key', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.apikey', verbose_name='API key')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='usage_hours', to='accounts.member', verbose_name='member')),
                ('meter', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.meter', verbose_name='meter')),
                ('price', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.price', verbose_name='price')),
            ],
            options={
                'verbose_name': 'usage of an hour',
                'verbose_name_plural': 'usage by hour',
                'ordering': ['-hour'],
            },
        ),
        migrations.CreateModel(
            name='UsageTally',
            fields=[
                ('pk', models.CompositePrimaryKey('batch_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.IntegerField(verbose_name='number')),
                ('hour', models.DateTimeField(verbose_name='hour')),
                ('billing_month', models.DateField(verbose_name='billing month')),
                ('events', models.PositiveIntegerField(verbose_name='events')),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=24, verbose_name='quantity')),
                ('amount', models.DecimalField(decimal_places=6, max_digits=24, verbose_name='amount')),
                ('latest', models.DateTimeField(verbose_name='used last')),
                ('api_key', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.apikey')),
                ('batch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.usagebatch')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.member')),
                ('meter', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.meter')),
                ('price', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.price')),
            ],
            options={
                'verbose_name': 'unsettled usage',
                'verbose_name_plural': 'unsettled usage',
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='usagebatch',
            name='append_only',
        ),
        migrations.RemoveConstraint(
            model_name='charge',
            name='charge_once',
        ),
        migrations.RunSQL(SETTLEMENTS, migrations.RunSQL.noop),
        migrations.RenameField(model_name='charge', old_name='batch', new_name='settlement'),
        migrations.AlterField(
            model_name='charge',
            name='settlement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='billing.settlement', verbose_name='settlement'),
        ),
        migrations.AddField(
            model_name='usagebatch',
            name='moved',
            field=models.TextField(blank=True, help_text='months of use that were closing, and where they go instead', verbose_name='moved'),
        ),
        migrations.AddField(
            model_name='usagebatch',
            name='settlement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='billing.settlement', verbose_name='settlement'),
        ),
        migrations.RunSQL(SETTLED, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='usagebatch',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='af660a072e67bbb54c6b431d5b5fda2c8c310a56', operation='DELETE', pgid='pgtrigger_kept_969d6', table='billing_usagebatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagebatch',
            trigger=pgtrigger.compiler.Trigger(name='as_it_came', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."events" IS DISTINCT FROM (NEW."events") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."moved" IS DISTINCT FROM (NEW."moved"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3dc3adecdc0c2095db2a978db0a74a36704af7ec', operation='UPDATE', pgid='pgtrigger_as_it_came_f7ec7', table='billing_usagebatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagebatch',
            trigger=pgtrigger.compiler.Trigger(name='settled_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.settlement_id IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='666c3df781bc709dc893b405e3e965d14ed71769', operation='UPDATE', pgid='pgtrigger_settled_once_563a7', table='billing_usagebatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='settlement',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0bc4190b58f8b4c92f8fe918b947f5a57e6a9796', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e056b', table='billing_settlement', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='usagebatch',
            index=models.Index(condition=models.Q(('settlement__isnull', True)), fields=['id'], name='usage_batch_unsettled'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('member', 'settlement', 'meter', 'price', 'api_key', 'day'), name='charge_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='usagehour',
            constraint=models.UniqueConstraint(fields=('member', 'hour', 'meter', 'price', 'api_key'), name='usage_hour_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='usagetally',
            index=models.Index(fields=['member'], name='usage_tally_of_member'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagetally',
            trigger=pgtrigger.compiler.Trigger(name='never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f3a0fb91bef10287c1911c4d65a38bf51901c790', operation='UPDATE', pgid='pgtrigger_never_changed_d6869', table='billing_usagetally', when='BEFORE')),
        ),
        migrations.RunSQL(HOURS, migrations.RunSQL.noop),
        migrations.RunSQL(PARTITIONS, migrations.RunSQL.noop),
    ]
