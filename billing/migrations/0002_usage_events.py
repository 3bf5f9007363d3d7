"""Usage events in month partitions, keyed by time first, with the function that makes a partition.

Written by hand: Django has no word for partitions. A partition is made beside the table and then attached, which
stops neither readers nor writers.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

TABLE = """
CREATE TABLE billing_usageevent (
    occurred_at timestamptz NOT NULL,
    member_id bigint NOT NULL,
    meter_id bigint NOT NULL,
    price_id bigint NOT NULL,
    api_key_id bigint,
    batch_id bigint NOT NULL,
    quantity numeric(20, 6) NOT NULL CHECK (quantity >= 0),
    amount numeric(24, 6) NOT NULL CHECK (amount >= 0),
    event_id varchar(120) NOT NULL CHECK (event_id <> ''),
    dimensions jsonb,
    PRIMARY KEY (occurred_at, member_id, event_id)
) PARTITION BY RANGE (occurred_at);
-- a member's latest calls
CREATE INDEX usage_event_of_member ON billing_usageevent (member_id, occurred_at);
-- the same id at another instant: found by a narrow hash, not by a second wide unique index
CREATE INDEX usage_event_id_hash ON billing_usageevent (hashtext(event_id));
"""

PARTITIONS = """
CREATE FUNCTION billing_make_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := 'billing_usageevent_' || to_char(month, 'YYYYMM');
    starts timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'Asia/Seoul';
    ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'Asia/Seoul';
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- the lock that attaching takes; unlike an advisory lock it also shows what others have made meanwhile
    LOCK TABLE billing_usageevent IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE billing_usageevent INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
        'CONSTRAINT in_month CHECK (occurred_at >= %L AND occurred_at < %L))', part, starts, ends);
    EXECUTE format('ALTER TABLE billing_usageevent ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, starts, ends);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT in_month', part);
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('billing', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE billing_usageevent")],
            state_operations=[
                migrations.CreateModel(
                    name='UsageEvent',
                    fields=[
                        ('pk', models.CompositePrimaryKey('occurred_at', 'member_id', 'event_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('occurred_at', models.DateTimeField(verbose_name='used at')),
                        ('event_id', models.CharField(max_length=120, verbose_name='id')),
                        ('quantity', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='quantity')),
                        ('amount', models.DecimalField(decimal_places=6, max_digits=24, verbose_name='amount')),
                        ('dimensions', models.JSONField(null=True, verbose_name='dimensions')),
                        ('api_key', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.apikey')),
                        ('batch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.usagebatch')),
                        ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.member')),
                        ('meter', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.meter')),
                        ('price', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.price')),
                    ],
                    options={
                        'verbose_name': 'usage event',
                        'verbose_name_plural': 'usage events',
                        'ordering': ['-occurred_at'],
                    },
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usageevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d1032963bc4d5d95088e81e22c87eef86b90ff28', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fc4d3', table='billing_usageevent', when='BEFORE')),
        ),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION billing_make_partition(date)"),
    ]
