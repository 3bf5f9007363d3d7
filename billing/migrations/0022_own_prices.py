"""Add-ons, free trials, promotions and base exchange rates; a use that is rated by them has a price of its own."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import upstage_console.kernel.db
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent / "sql"


def _read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def _without(text: str, begins: str) -> str:
    """The statements of a file from one on."""
    return begins + text.partition(begins)[2]


OWN_PRICES = _read("0022_own_prices.sql") + _read("0022_rate.sql") + _read("0022_take.sql") + _read("0022_take_plain.sql")
DROP = """
DROP FUNCTION billing_take_usage(
    text[], timestamptz[], numeric[], text[], text[], uuid[], uuid[], bytea[], jsonb[], text[], text, timestamptz, interval
);
DROP FUNCTION billing_charge(
    bytea, text, text, text, text, timestamptz, bigint, uuid, text, text, numeric, uuid, text, timestamptz, uuid, text[],
    timestamptz, bigint, boolean, text[]
);
DROP FUNCTION billing_rate(bigint, uuid, text, text, numeric, uuid, boolean, timestamptz, text[]);
DROP FUNCTION billing_trial_state(bigint, bigint, timestamptz);
DROP FUNCTION billing_own_price(bigint, bigint, timestamptz, text[], bigint);
DROP FUNCTION billing_make_own_price(bigint, text[], boolean, bigint);
"""
RATE = _without(_read("0006_charge.sql"), "CREATE FUNCTION billing_rate(").partition("-- The open month that")[0]
CHARGE = _without(_read("0014_charge.sql"), "CREATE FUNCTION billing_charge(")
TAKE_PLAIN = _read("0012_take_plain.sql").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
BEFORE = DROP + RATE + CHARGE + _read("0010_take.sql") + TAKE_PLAIN


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_ids_of_change_requests'),
        ('billing', '0021_accounting_permissions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AddOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('name_ko', models.CharField(max_length=80, verbose_name='name (Korean)')),
                ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                ('kind', models.CharField(choices=[('percent', 'percent of the price'), ('per_unit', 'amount per unit')], max_length=16, verbose_name='kind')),
                ('value', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='value')),
            ],
            options={
                'verbose_name': 'add-on',
                'verbose_name_plural': 'add-ons',
                'ordering': ['price', 'code'],
            },
        ),
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('rate', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='won')),
                ('effective_on', models.DateField(verbose_name='effective on')),
                ('set_at', models.DateTimeField(verbose_name='set at')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'base exchange rate',
                'verbose_name_plural': 'base exchange rates',
                'ordering': ['currency', '-effective_on'],
            },
        ),
        migrations.CreateModel(
            name='PricePromotion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='ppr', unique=True)),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name_ko', models.CharField(max_length=80, verbose_name='name (Korean)')),
                ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                ('terms_ko', models.TextField(verbose_name='terms (Korean)')),
                ('terms_en', models.TextField(verbose_name='terms (English)')),
                ('percent', models.PositiveSmallIntegerField(verbose_name='percent')),
                ('starts_on', models.DateField(verbose_name='starts on')),
                ('ends_on', models.DateField(help_text='the last day', verbose_name='ends on')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'promotion on prices',
                'verbose_name_plural': 'promotions on prices',
                'ordering': ['-starts_on', 'code'],
            },
        ),
        migrations.CreateModel(
            name='PromotionJoined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField(verbose_name='joined at')),
            ],
            options={
                'verbose_name': 'member of a promotion on prices',
                'verbose_name_plural': 'members of promotions on prices',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='tri', unique=True)),
                ('days', models.PositiveSmallIntegerField(verbose_name='days')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_on', models.DateField(help_text='the last day', verbose_name='ends on')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('agreed_at', models.DateTimeField(null=True, verbose_name='agreed to pay at')),
                ('agreed_ko', models.TextField(blank=True, default='', verbose_name='agreed to (Korean)')),
                ('agreed_en', models.TextField(blank=True, default='', verbose_name='agreed to (English)')),
                ('paid_at', models.DateTimeField(null=True, verbose_name='paid use from')),
                ('told_at', models.DateTimeField(null=True, verbose_name='told of the end at')),
                ('over_told_at', models.DateTimeField(null=True, verbose_name='told that it is over at')),
            ],
            options={
                'verbose_name': 'free trial',
                'verbose_name_plural': 'free trials',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TrialOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField(verbose_name='days')),
                ('effective_on', models.DateField(verbose_name='effective on')),
                ('set_at', models.DateTimeField(verbose_name='set at')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'offer of a free trial',
                'verbose_name_plural': 'offers of free trials',
                'ordering': ['service', '-effective_on', '-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='price',
            name='price_once_a_day',
        ),
        migrations.AddField(
            model_name='helduse',
            name='add_ons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None, verbose_name='add-ons'),
        ),
        migrations.AddField(
            model_name='price',
            name='base',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='billing.price', verbose_name='price of the list'),
        ),
        migrations.AddField(
            model_name='price',
            name='chosen',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None, verbose_name='add-ons chosen'),
        ),
        migrations.AddField(
            model_name='price',
            name='is_trial',
            field=models.BooleanField(default=False, verbose_name='free trial'),
        ),
        migrations.AddField(
            model_name='price',
            name='label_en',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name='with (English)'),
        ),
        migrations.AddField(
            model_name='price',
            name='label_ko',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name='with (Korean)'),
        ),
        migrations.AddField(
            model_name='price',
            name='parts',
            field=models.JSONField(null=True, verbose_name='parts'),
        ),
        migrations.AddField(
            model_name='service',
            name='has_own_prices',
            field=models.BooleanField(default=False, help_text='trials or promotions: looked for only then', verbose_name="has prices of members' own"),
        ),
        migrations.AddField(
            model_name='service',
            name='offered_until',
            field=models.DateField(blank=True, help_text='of a demo or beta', null=True, verbose_name='offered until'),
        ),
        migrations.AddField(
            model_name='service',
            name='stage',
            field=models.CharField(choices=[('general', 'general'), ('demo', 'demo'), ('beta', 'beta')], default='general', max_length=16, verbose_name='stage'),
        ),
        migrations.AlterField(
            model_name='invoiceline',
            name='unit_price',
            field=models.DecimalField(decimal_places=12, max_digits=28, verbose_name='price'),
        ),
        migrations.AlterField(
            model_name='price',
            name='unit_price',
            field=models.DecimalField(decimal_places=12, max_digits=28, verbose_name='price'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('offered_until__isnull', True), ('stage', 'general')), models.Q(models.Q(('stage', 'general'), _negated=True), ('offered_until__isnull', False)), _connector='OR'), name='service_limited_while_tried'),
        ),
        migrations.AddField(
            model_name='addon',
            name='price',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='add_ons', to='billing.price', verbose_name='price'),
        ),
        migrations.AddField(
            model_name='exchangerate',
            name='set_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AddField(
            model_name='pricepromotion',
            name='published_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='pricepromotion',
            name='services',
            field=models.ManyToManyField(related_name='promotions', to='billing.service', verbose_name='services'),
        ),
        migrations.AddField(
            model_name='price',
            name='promotion',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.pricepromotion', verbose_name='promotion'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(condition=models.Q(('base__isnull', True)), fields=('meter', 'currency', 'effective_on'), name='price_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(condition=models.Q(('base__isnull', False)), fields=('base', 'chosen', 'promotion', 'is_trial'), name='price_variant_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('base__isnull', True), ('chosen', []), ('is_trial', False), ('parts__isnull', True), ('promotion__isnull', True)), models.Q(('base__isnull', False), ('parts__isnull', False)), _connector='OR'), name='price_has_parts'),
        ),
        migrations.AddField(
            model_name='promotionjoined',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='price_promotions', to='accounts.member', verbose_name='member'),
        ),
        migrations.AddField(
            model_name='promotionjoined',
            name='promotion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='billing.pricepromotion', verbose_name='promotion'),
        ),
        migrations.AddField(
            model_name='trial',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='accounts.member', verbose_name='member'),
        ),
        migrations.AddField(
            model_name='trial',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='billing.service', verbose_name='service'),
        ),
        migrations.AddField(
            model_name='trialoffer',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trial_offers', to='billing.service', verbose_name='service'),
        ),
        migrations.AddField(
            model_name='trialoffer',
            name='set_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AddConstraint(
            model_name='addon',
            constraint=models.UniqueConstraint(fields=('price', 'code'), name='add_on_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addon',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1a248de7a38c97050caca0bc1bef35525547a6c4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_17dc0', table='billing_addon', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='exchangerate',
            constraint=models.UniqueConstraint(fields=('currency', 'effective_on'), name='exchange_rate_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='exchangerate',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='exchange_rate_positive'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exchangerate',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2c272782c5d403b3d5b5277c34e0860090f993c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4f65c', table='billing_exchangerate', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='pricepromotion',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 100)), name='price_promotion_percent'),
        ),
        migrations.AddConstraint(
            model_name='pricepromotion',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='price_promotion_ends'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pricepromotion',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b4b84779095d2803dd4f513250cf4a10a2047850', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_76b9e', table='billing_pricepromotion', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='promotionjoined',
            constraint=models.UniqueConstraint(fields=('member', 'promotion'), name='price_promotion_joined_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promotionjoined',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='eceded73df7eb11d6eb84bd1d9af857b602b082f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fe157', table='billing_promotionjoined', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(condition=models.Q(('told_at__isnull', True)), fields=['ends_at'], name='trial_to_tell'),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(condition=models.Q(('over_told_at__isnull', True)), fields=['ends_at'], name='trial_over_to_tell'),
        ),
        migrations.AddConstraint(
            model_name='trial',
            constraint=models.UniqueConstraint(fields=('member', 'service'), name='trial_once'),
        ),
        migrations.AddConstraint(
            model_name='trial',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='trial_ends'),
        ),
        migrations.AddConstraint(
            model_name='trial',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at__isnull', True), ('paid_at__isnull', True)), models.Q(('paid_at__gte', models.F('ends_at')), ('paid_at__gte', models.F('agreed_at'))), _connector='OR'), name='trial_paid_when_agreed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trialoffer',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='70ac62c106237f51de2d1a371d8529e03d7dd3f4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c90cb', table='billing_trialoffer', when='BEFORE')),
        ),
        migrations.RunSQL(OWN_PRICES, BEFORE),
    ]
