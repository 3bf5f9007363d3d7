"""What customers were told is kept (rift/8.2)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import upstage_console.kernel.db
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0003_service_levels'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='cnt', unique=True)),
                ('about', models.CharField(max_length=32, verbose_name='about')),
                ('key', models.CharField(help_text='the same notice goes out once', max_length=120, verbose_name='key')),
                ('subject_ko', models.CharField(max_length=200, verbose_name='subject (Korean)')),
                ('subject_en', models.CharField(max_length=200, verbose_name='subject (English)')),
                ('body_ko', models.TextField(verbose_name='text (Korean)')),
                ('body_en', models.TextField(verbose_name='text (English)')),
                ('clauses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None, verbose_name='clauses')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('contract', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='contracts.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'notice to a customer',
                'verbose_name_plural': 'notices to customers',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('customer', 'key'), name='customer_notice_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customernotice',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f0531fa2c638dae7acbb331566adc34cfc3128ed', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e409b', table='contracts_customernotice', when='BEFORE')),
        ),
    ]
