"""What keeps a charge from being settled twice is led by the settlement, and serves for finding its charges, too.

Nobody looks for batches by their settlement.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_ids_of_change_requests'),
        ('billing', '0024_aged_debt'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='charge',
            name='charge_once',
        ),
        migrations.AlterField(
            model_name='charge',
            name='settlement',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='billing.settlement', verbose_name='settlement'),
        ),
        migrations.AlterField(
            model_name='usagebatch',
            name='settlement',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='billing.settlement', verbose_name='settlement'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('settlement', 'member', 'meter', 'price', 'api_key', 'day'), name='charge_once', nulls_distinct=False),
        ),
    ]
