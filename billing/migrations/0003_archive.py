"""Months of usage in files: what seals a month's partition, drops it, and never lets it begin again."""

from importlib import import_module
from pathlib import Path

import upstage_console.kernel.db
from django.db import migrations, models

STATEMENTS = (Path(__file__).parent / "sql" / "0003_archive.sql").read_text(encoding="utf-8")
BEFORE = import_module("billing.migrations.0002_usage_events").PARTITIONS.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
) + """
DROP FUNCTION billing_partitions();
DROP FUNCTION billing_seal_partition(date);
DROP FUNCTION billing_drop_partition(date);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_usage_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='uar', unique=True)),
                ('month', models.DateField(unique=True, verbose_name='month')),
                ('status', models.CharField(choices=[('sealed', 'being exported'), ('exported', 'exported and verified'), ('archived', 'archived'), ('destroyed', 'destroyed')], default='sealed', max_length=16, verbose_name='status')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='', verbose_name='file')),
                ('rows', models.PositiveBigIntegerField(default=0, verbose_name='events')),
                ('members', models.PositiveBigIntegerField(default=0, verbose_name='members')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='hash of the file')),
                ('contents', models.CharField(blank=True, help_text='of the rows as the table gave them, in CSV', max_length=64, verbose_name='hash of the rows')),
                ('sums', models.JSONField(default=list, help_text='by meter and price', verbose_name='sums')),
                ('sealed_at', models.DateTimeField(verbose_name='sealed at')),
                ('exported_at', models.DateTimeField(null=True, verbose_name='exported at')),
                ('archived_at', models.DateTimeField(null=True, verbose_name='archived at')),
                ('kept_until', models.DateField(null=True, verbose_name='kept until')),
                ('destroyed_at', models.DateTimeField(null=True, verbose_name='destroyed at')),
                ('error', models.TextField(blank=True, verbose_name='why it did not go on')),
            ],
            options={
                'verbose_name': 'archived month of usage',
                'verbose_name_plural': 'archived months of usage',
                'ordering': ['-month'],
                'permissions': [('download_usagearchive', 'Can download archived usage')],
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='usage_archive_month'), models.CheckConstraint(condition=models.Q(models.Q(('exported_at__isnull', True), ('status', 'sealed')), models.Q(models.Q(('status', 'sealed'), _negated=True), models.Q(('contents', ''), _negated=True), ('exported_at__isnull', False)), _connector='OR'), name='usage_archive_exported'), models.CheckConstraint(condition=models.Q(models.Q(('archived_at__isnull', False), ('kept_until__isnull', False), ('status__in', ['archived', 'destroyed'])), models.Q(('archived_at__isnull', True), ('kept_until__isnull', True), ('status__in', ['sealed', 'exported'])), _connector='OR'), name='usage_archive_archived'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('file', ''), ('status', 'destroyed')), models.Q(models.Q(('status', 'destroyed'), _negated=True), ('destroyed_at__isnull', True)), _connector='OR'), name='usage_archive_destroyed')],
            },
        ),
        migrations.RunSQL(STATEMENTS, BEFORE),
    ]
