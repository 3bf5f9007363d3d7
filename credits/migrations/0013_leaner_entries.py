"""Entries cost less to keep apart: their charge leads their index, and whom they are by is kept by an invariant."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_ids_of_change_requests'),
        ('credits', '0012_lean_burning'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_charge_once',
        ),
        migrations.RemoveIndex(
            model_name='lot',
            name='lot_expiring',
        ),
        migrations.AlterField(
            model_name='entry',
            name='by',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(condition=models.Q(('spent', False)), fields=['expires_at'], include=('member',), name='lot_expiring'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(models.F('charge'), models.F('lot'), models.Case(models.When(kind='correction', then=models.F('sequence')), default=models.Value(0)), condition=models.Q(('charge__isnull', False)), name='entry_charge_once'),
        ),
    ]
