"""Prices with steps: the first units of a member's month at one price, the next at another (ADR 0021)."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def _read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def _function(name: str, begins: str, ends: str = "") -> str:
    """A function as an earlier file has it, in place of the one that is there."""
    text = begins + _read(name).partition(begins)[2]
    return (text.partition(ends)[0] if ends else text).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


NAMES = ("steps", "own_prices", "rate", "take", "access")
FORWARDS = "\n".join(_read(f"0030_{name}.sql") for name in NAMES)
BACKWARDS = (
    _function("0022_own_prices.sql", "CREATE FUNCTION billing_make_own_price(")
    + _function("0022_rate.sql", "CREATE FUNCTION billing_rate(", "-- As 0014_charge.sql")
    + _function("0006_charge.sql", "CREATE FUNCTION billing_write_charge(", "-- Whether the member")
    + _function("0022_take.sql", "CREATE FUNCTION billing_take_usage(")
    + _function("0026_access.sql", "CREATE FUNCTION billing_access(")
    + """
ALTER TYPE billing_rated DROP ATTRIBUTE steps;
DROP FUNCTION billing_next_costs(bigint, bigint, text, date);
DROP FUNCTION billing_take_steps(
    text[], timestamptz[], bigint[], numeric[], bigint[], text[], timestamptz, timestamptz
);
DROP FUNCTION billing_count_steps(bigint, bigint, date, date, numeric[]);
DROP FUNCTION billing_used_steps(bigint, bigint, date);
DROP AGGREGATE billing_sum_steps(numeric[]);
DROP FUNCTION billing_add_steps(numeric[], numeric[]);
DROP FUNCTION billing_steps_cost(numeric[], numeric[], int);
DROP FUNCTION billing_fill_steps(numeric[], numeric[], numeric);
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_ids_of_change_requests"),
        ("billing", "0029_partitions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UsageSteps",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month of use")),
                ("billing_month", models.DateField(verbose_name="billing month")),
                (
                    "quantities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=6, max_digits=24),
                        size=None,
                        verbose_name="quantity by step",
                    ),
                ),
            ],
            options={
                "verbose_name": "usage by step",
                "verbose_name_plural": "usage by step",
            },
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="steps",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=6, max_digits=24),
                help_text="of a price with steps",
                null=True,
                size=None,
                verbose_name="quantity by step",
            ),
        ),
        migrations.AddField(
            model_name="price",
            name="step_prices",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=12, max_digits=28),
                null=True,
                size=None,
                verbose_name="prices of the steps",
            ),
        ),
        migrations.AddField(
            model_name="price",
            name="step_starts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=6, max_digits=20),
                help_text="so many units of a member's month are before each",
                null=True,
                size=None,
                verbose_name="steps",
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="has_steps",
            field=models.BooleanField(default=False, verbose_name="has prices with steps"),
        ),
        migrations.AddField(
            model_name="usagecorrection",
            name="steps",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=6, max_digits=20),
                null=True,
                size=None,
                verbose_name="quantity by step",
            ),
        ),
        migrations.AddField(
            model_name="usagecorrection",
            name="steps_before",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=6, max_digits=20),
                null=True,
                size=None,
                verbose_name="quantity by step before",
            ),
        ),
        migrations.AddField(
            model_name="usageevent",
            name="steps",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=6, max_digits=20),
                help_text="of a price with steps",
                null=True,
                size=None,
                verbose_name="quantity by step",
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="has_own_prices",
            field=models.BooleanField(
                default=False,
                help_text="trials, promotions or steps: looked for only then",
                verbose_name="has prices of members' own",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("step_prices__isnull", True), ("step_starts__isnull", True)),
                    models.Q(
                        ("step_starts__0", 0),
                        ("step_starts__len", models.F("step_prices__len")),
                        ("step_starts__len__gte", 2),
                        ("unit_price", models.F("step_prices__0")),
                    ),
                    _connector="OR",
                ),
                name="price_steps",
            ),
        ),
        migrations.AddField(
            model_name="usagesteps",
            name="listed",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.price",
                verbose_name="price of the list",
            ),
        ),
        migrations.AddField(
            model_name="usagesteps",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="usage_steps",
                to="accounts.member",
                verbose_name="member",
            ),
        ),
        migrations.AddField(
            model_name="usagesteps",
            name="price",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.price",
                verbose_name="price",
            ),
        ),
        migrations.AddConstraint(
            model_name="usagesteps",
            constraint=models.UniqueConstraint(
                fields=("member", "listed", "month", "price", "billing_month"), name="usage_steps_once"
            ),
        ),
        migrations.RemoveConstraint(
            model_name="usagecorrection",
            name="usage_correction_is_less",
        ),
        migrations.AddConstraint(
            model_name="usagecorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gte", 0),
                    ("quantity__gte", 0),
                    models.Q(
                        models.Q(
                            ("amount__lte", models.F("amount_before")), ("quantity__lt", models.F("quantity_before"))
                        ),
                        models.Q(
                            ("amount__lt", models.F("amount_before")),
                            ("quantity", models.F("quantity_before")),
                            ("steps__isnull", False),
                        ),
                        _connector="OR",
                    ),
                ),
                name="usage_correction_is_less",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
