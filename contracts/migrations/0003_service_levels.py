"""Service levels with their reports and credits; support with its cases, log and clocks; releases (rift/8, 9.1)."""


import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import upstage_console.kernel.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0028_firm'),
        ('contracts', '0002_final'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='case', unique=True)),
                ('severity', models.CharField(choices=[('critical', 'critical'), ('major', 'major'), ('minor', 'minor'), ('question', 'question')], max_length=16, verbose_name='severity')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('status', models.CharField(choices=[('open', 'open'), ('responded', 'answered'), ('paused', 'waiting for the customer'), ('resolved', 'resolved')], default='open', max_length=16, verbose_name='status')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('resolved_at', models.DateTimeField(null=True, verbose_name='resolved at')),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in charge')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
            ],
            options={
                'verbose_name': 'support case',
                'verbose_name_plural': 'support cases',
                'ordering': ['-id'],
                'permissions': [('handle_case', 'Can open, answer and resolve cases'), ('waive_case', 'Can waive a missed target')],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('kind', models.CharField(choices=[('open', 'opened'), ('respond', 'answered'), ('pause', 'waiting for the customer'), ('resume', 'taken up again'), ('resolve', 'resolved'), ('reopen', 'opened again'), ('message', 'message'), ('waive', 'breach waived')], max_length=16, verbose_name='what')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('is_of_customer', models.BooleanField(default=False, verbose_name='from the customer')),
                ('is_internal', models.BooleanField(default=False, help_text='the customer does not see it', verbose_name='internal')),
                ('text', models.TextField(blank=True, max_length=10000, verbose_name='text')),
                ('metric', models.CharField(blank=True, choices=[('response', 'answer'), ('resolution', 'fix')], max_length=16, verbose_name='target')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='contracts.case', verbose_name='support case')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'event of a case',
                'verbose_name_plural': 'events of cases',
                'ordering': ['case', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Maintenance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='mnt', unique=True)),
                ('what_ko', models.CharField(max_length=200, verbose_name='what (Korean)')),
                ('what_en', models.CharField(max_length=200, verbose_name='what (English)')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('announced_at', models.DateTimeField(verbose_name='announced at')),
                ('called_off_at', models.DateTimeField(null=True, verbose_name='called off at')),
                ('announced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='announced by')),
            ],
            options={
                'verbose_name': 'maintenance',
                'verbose_name_plural': 'maintenance',
                'ordering': ['-starts_at'],
                'permissions': [('announce_maintenance', 'Can announce maintenance and call it off')],
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='out', unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('cause', models.CharField(choices=[('unplanned', 'unplanned'), ('planned', 'planned maintenance'), ('force_majeure', 'force majeure'), ('third_party', "third party's outage"), ('customer', 'caused by the customer')], max_length=16, verbose_name='cause')),
                ('what', models.CharField(blank=True, max_length=200, verbose_name='what stood still')),
                ('announced_at', models.DateTimeField(null=True, verbose_name='announced at')),
                ('evidence', models.TextField(blank=True, max_length=2000, verbose_name='evidence')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn at')),
                ('withdraw_reason', models.CharField(blank=True, max_length=500, verbose_name='why withdrawn')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contractfile', verbose_name='file')),
                ('maintenance', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='contracts.maintenance', verbose_name='maintenance')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'outage',
                'verbose_name_plural': 'outages',
                'ordering': ['-starts_at'],
                'permissions': [('record_outage', 'Can record and withdraw outages')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='rel', unique=True)),
                ('version', models.CharField(max_length=40, unique=True, verbose_name='version')),
                ('released_on', models.DateField(verbose_name='released on')),
                ('changes_ko', models.TextField(max_length=10000, verbose_name='changes (Korean)')),
                ('changes_en', models.TextField(max_length=10000, verbose_name='changes (English)')),
                ('compatibility', models.CharField(choices=[('compatible', 'compatible'), ('action_needed', 'something to do'), ('breaking', 'not compatible')], max_length=16, verbose_name='compatibility')),
                ('effect_ko', models.TextField(blank=True, max_length=4000, verbose_name='what it means for you (Korean)')),
                ('effect_en', models.TextField(blank=True, max_length=4000, verbose_name='what it means for you (English)')),
                ('is_beta', models.BooleanField(default=False, help_text='without compensation (rift/8.4)', verbose_name='beta')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'ordering': ['-released_on', '-id'],
                'permissions': [('publish_release', 'Can publish notes of a release')],
            },
        ),
        migrations.CreateModel(
            name='ServiceCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='scr', unique=True)),
                ('month', models.DateField(verbose_name='month')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='amount')),
                ('left', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='left')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('status', models.CharField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('applied', 'applied'), ('lapsed', 'lapsed'), ('dropped', 'dropped')], default='proposed', max_length=16, verbose_name='status')),
                ('claim_until', models.DateField(null=True, verbose_name='to be claimed until')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='claimed at')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved at')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='applied, lapsed or dropped at')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_credits', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
            ],
            options={
                'verbose_name': 'service credit',
                'verbose_name_plural': 'service credits',
                'ordering': ['month', 'id'],
                'permissions': [('approve_servicecredit', 'Can decide on service credits')],
            },
        ),
        migrations.CreateModel(
            name='ServiceCreditUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='amount')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('credit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='contracts.servicecredit', verbose_name='service credit')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'use of a service credit',
                'verbose_name_plural': 'uses of service credits',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('effective_on', models.DateField(help_text='the first day of the first month it holds for', verbose_name='from')),
                ('target', models.DecimalField(decimal_places=4, help_text='percent', max_digits=7, verbose_name='availability')),
                ('ladder', models.JSONField(default=list, help_text='below so many percent, so many percent back', verbose_name='steps')),
                ('cap_percent', models.DecimalField(decimal_places=4, help_text='percent of a month', max_digits=7, verbose_name='at most')),
                ('notice_hours', models.PositiveSmallIntegerField(help_text='hours', verbose_name='notice of maintenance')),
                ('minimum_minutes', models.PositiveSmallIntegerField(help_text='minutes', verbose_name='shortest outage that counts')),
                ('excludes_third_party', models.BooleanField(default=False, verbose_name='leaves out outages of third parties')),
                ('claim_days', models.PositiveSmallIntegerField(help_text='empty: credits are given without a claim', null=True, verbose_name='days to claim a credit')),
                ('agreed_at', models.DateTimeField(verbose_name='entered at')),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_levels', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'service level',
                'verbose_name_plural': 'service levels',
                'ordering': ['contract', '-version'],
                'permissions': [('agree_servicelevel', 'Can enter service levels and support of a contract')],
            },
        ),
        migrations.CreateModel(
            name='ServiceLevelReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', upstage_console.kernel.db.PublicIdField(editable=False, prefix='slr', unique=True)),
                ('month', models.DateField(verbose_name='month')),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='revision')),
                ('availability', models.DecimalField(decimal_places=4, max_digits=7, verbose_name='availability')),
                ('is_met', models.BooleanField(verbose_name='met')),
                ('in_scope_seconds', models.PositiveIntegerField(verbose_name='seconds in scope')),
                ('excluded_seconds', models.PositiveIntegerField(verbose_name='seconds out of scope')),
                ('down_seconds', models.PositiveIntegerField(verbose_name='seconds down')),
                ('base', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='flat fees of the month')),
                ('credit', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='credit')),
                ('why', models.JSONField(default=dict, verbose_name='how it was counted')),
                ('days', models.JSONField(default=list, verbose_name='days')),
                ('lines', models.JSONField(default=list, verbose_name='outages')),
                ('cases', models.JSONField(default=list, verbose_name='targets of cases')),
                ('measured_at', models.DateTimeField(verbose_name='measured at')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved at')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.servicelevel', verbose_name='service level')),
                ('measured_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='measured by')),
            ],
            options={
                'verbose_name': 'service level report',
                'verbose_name_plural': 'service level reports',
                'ordering': ['-month', '-revision', '-id'],
                'permissions': [('approve_servicelevelreport', 'Can measure and approve service level reports')],
            },
        ),
        migrations.AddField(
            model_name='servicecredit',
            name='report',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='contracts.servicelevelreport', verbose_name='service level report'),
        ),
        migrations.CreateModel(
            name='SupportPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=11), help_text='in Korean time, such as 09:00-18:00', size=None, verbose_name='hours')),
                ('days', models.CharField(choices=[('business', 'business days'), ('all', 'every day')], max_length=16, verbose_name='days')),
                ('exceptions', models.JSONField(blank=True, default=dict, help_text='days with hours of their own, or with none', verbose_name='exceptions')),
                ('agreed_at', models.DateTimeField(verbose_name='entered at')),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_policies', to='contracts.contract', verbose_name='contract')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'support policy',
                'verbose_name_plural': 'support policies',
                'ordering': ['contract', '-version'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.supportpolicy', verbose_name='support policy'),
        ),
        migrations.CreateModel(
            name='SupportTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.CharField(choices=[('critical', 'critical'), ('major', 'major'), ('minor', 'minor'), ('question', 'question')], max_length=16, verbose_name='severity')),
                ('respond', models.PositiveIntegerField(help_text='minutes', verbose_name='to be answered within')),
                ('resolve', models.PositiveIntegerField(help_text='minutes', verbose_name='to be fixed within')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='contracts.supportpolicy', verbose_name='support policy')),
            ],
            options={
                'verbose_name': 'support target',
                'verbose_name_plural': 'support targets',
                'ordering': ['policy', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CaseClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(choices=[('response', 'answer'), ('resolution', 'fix')], max_length=16, verbose_name='target')),
                ('target_minutes', models.PositiveIntegerField(verbose_name='minutes agreed')),
                ('turn', models.PositiveSmallIntegerField(default=1, verbose_name='times set going')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due at')),
                ('warn_at', models.DateTimeField(null=True, verbose_name='warn at')),
                ('remaining_seconds', models.PositiveIntegerField(null=True, verbose_name='seconds left')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='stopped at')),
                ('used_seconds', models.PositiveIntegerField(null=True, verbose_name='seconds used')),
                ('warned_at', models.DateTimeField(null=True, verbose_name='warned at')),
                ('breached_at', models.DateTimeField(null=True, verbose_name='missed at')),
                ('waived_at', models.DateTimeField(null=True, verbose_name='waived at')),
                ('waive_reason', models.CharField(blank=True, max_length=500, verbose_name='why waived')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='contracts.case', verbose_name='support case')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.customer', verbose_name='customer')),
                ('waived_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='waived by')),
            ],
            options={
                'verbose_name': 'clock of a case',
                'verbose_name_plural': 'clocks of cases',
                'ordering': ['case', 'metric'],
                'indexes': [models.Index(condition=models.Q(('stopped_at__isnull', True), ('warned_at__isnull', True)), fields=['warn_at', 'id'], name='case_clock_to_warn'), models.Index(condition=models.Q(('breached_at__isnull', True), ('stopped_at__isnull', True)), fields=['due_at', 'id'], name='case_clock_to_breach')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'case', 'metric'), name='case_clock_metric'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('remaining_seconds__isnull', True)), models.Q(('due_at__isnull', True), ('remaining_seconds__isnull', False)), _connector='OR'), name='case_clock_due_or_remaining'), models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('used_seconds__isnull', True)), models.Q(('stopped_at__isnull', False), ('used_seconds__isnull', False)), _connector='OR'), name='case_clock_stopped'), models.CheckConstraint(condition=models.Q(models.Q(('waive_reason', ''), ('waived_at__isnull', True)), models.Q(('breached_at__isnull', False), ('waived_at__isnull', False), models.Q(('waive_reason', ''), _negated=True)), _connector='OR'), name='case_clock_waived')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseclock',
            trigger=pgtrigger.compiler.Trigger(name='breach_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."breached_at" IS NOT NULL AND OLD."breached_at" IS DISTINCT FROM (NEW."breached_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3443ae8ac130fb6739d592f8971b689532dad0ff', operation='UPDATE', pgid='pgtrigger_breach_stays_e36f1', table='contracts_caseclock', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseclock',
            trigger=pgtrigger.compiler.Trigger(name='waiver_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."waived_at" IS NOT NULL AND OLD."waived_at" IS DISTINCT FROM (NEW."waived_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2d3e545247b625c4f4526b65a04ef7c46f3c0a9f', operation='UPDATE', pgid='pgtrigger_waiver_stays_393b7', table='contracts_caseclock', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseclock',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3c0ada38170613e78e1710c2f9709d740635047b', operation='DELETE', pgid='pgtrigger_never_deleted_ebab0', table='contracts_caseclock', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.UniqueConstraint(fields=('customer', 'case', 'position'), name='case_event_position'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'waive'), models.Q(('metric', ''), _negated=True)), models.Q(models.Q(('kind', 'waive'), _negated=True), ('metric', '')), _connector='OR'), name='case_event_metric'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9c961f5e28165789e5f442e1ab6c530eafa08a04', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fe244', table='contracts_caseevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='maintenance',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='maintenance_period'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(fields=['contract', 'starts_at'], name='outage_of_contract'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='outage_period'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announced_at__isnull', False), ('cause', 'planned')), models.Q(models.Q(('cause', 'planned'), _negated=True), ('announced_at__isnull', True), ('maintenance__isnull', True)), _connector='OR'), name='outage_announced_at'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cause__in', ('force_majeure', 'third_party', 'customer')), _negated=True), models.Q(('evidence', ''), _negated=True), _connector='OR'), name='outage_evidence'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdraw_reason', ''), ('withdrawn_at__isnull', True)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdraw_reason', ''), _negated=True)), _connector='OR'), name='outage_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.UniqueConstraint(condition=models.Q(('maintenance__isnull', False)), fields=('customer', 'contract', 'maintenance'), name='outage_of_maintenance_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outage',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3fa42c2ec36da5df54c920c1c4792f5f6b1a0f71', operation='DELETE', pgid='pgtrigger_never_deleted_1126e', table='contracts_outage', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outage',
            trigger=pgtrigger.compiler.Trigger(name='recorded_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."contract_id" IS DISTINCT FROM (NEW."contract_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."what" IS DISTINCT FROM (NEW."what") OR OLD."announced_at" IS DISTINCT FROM (NEW."announced_at") OR OLD."maintenance_id" IS DISTINCT FROM (NEW."maintenance_id") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."file_id" IS DISTINCT FROM (NEW."file_id") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4b578229f07dcb3fbdd18e8b074d3e76257407d5', operation='UPDATE', pgid='pgtrigger_recorded_once_a4e1f', table='contracts_outage', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('compatibility', 'compatible'), models.Q(models.Q(('effect_ko', ''), _negated=True), models.Q(('effect_en', ''), _negated=True)), _connector='OR'), name='release_effect_told'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='release',
            trigger=pgtrigger.compiler.Trigger(name='final', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='65360c10699bf54ae38554843f2425d94b0fc657', operation='UPDATE OR DELETE', pgid='pgtrigger_final_6fc10', table='contracts_release', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='servicecredituse',
            constraint=models.UniqueConstraint(fields=('customer', 'credit', 'invoice'), name='service_credit_use_once'),
        ),
        migrations.AddConstraint(
            model_name='servicecredituse',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='service_credit_use_amount'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='servicecredituse',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='05dbb808d51ffe47b1f155af3e7d5f28e16a9c93', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6a17a', table='contracts_servicecredituse', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.UniqueConstraint(fields=('customer', 'contract', 'version'), name='service_level_version'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.CheckConstraint(condition=models.Q(('cap_percent__gte', 0), ('cap_percent__lte', 100), ('target__gt', 0), ('target__lte', 100)), name='service_level_percent'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=models.CheckConstraint(condition=models.Q(('effective_on__day', 1)), name='service_level_from_a_first'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='servicelevel',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='929e09af31c69797e72965714b98b0d455ced1d5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b3eea', table='contracts_servicelevel', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='servicelevelreport',
            constraint=models.UniqueConstraint(fields=('customer', 'contract', 'month', 'revision'), name='service_level_report_once'),
        ),
        migrations.AddConstraint(
            model_name='servicelevelreport',
            constraint=models.UniqueConstraint(condition=models.Q(('approved_at__isnull', True)), fields=('customer', 'contract', 'month'), name='service_level_report_one_open'),
        ),
        migrations.AddConstraint(
            model_name='servicelevelreport',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='service_level_report_month'),
        ),
        migrations.AddConstraint(
            model_name='servicelevelreport',
            constraint=models.CheckConstraint(condition=models.Q(('base__gte', 0), ('credit__gte', 0)), name='service_level_report_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='servicelevelreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='service_level_report_approved'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='servicelevelreport',
            trigger=pgtrigger.compiler.Trigger(name='final', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."approved_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c03674756ff24da4fb1ab5096ffedc217097e6a', operation='UPDATE OR DELETE', pgid='pgtrigger_final_3c478', table='contracts_servicelevelreport', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='servicecredit',
            index=models.Index(condition=models.Q(('status', 'approved')), fields=['contract', 'month'], name='service_credit_open'),
        ),
        migrations.AddIndex(
            model_name='servicecredit',
            index=models.Index(condition=models.Q(('status', 'proposed')), fields=['claim_until'], name='service_credit_to_claim'),
        ),
        migrations.AddConstraint(
            model_name='servicecredit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('left__gte', 0), ('left__lte', models.F('amount'))), name='service_credit_amount'),
        ),
        migrations.AddConstraint(
            model_name='servicecredit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left', 0), ('status', 'applied')), models.Q(models.Q(('status', 'applied'), _negated=True), ('left__gt', 0)), _connector='OR'), name='service_credit_applied'),
        ),
        migrations.AddConstraint(
            model_name='servicecredit',
            constraint=models.CheckConstraint(condition=models.Q(('left', models.F('amount')), ('approved_at__isnull', False), _connector='OR'), name='service_credit_approved_first'),
        ),
        migrations.AddConstraint(
            model_name='servicecredit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('status__in', ['approved', 'applied'])), models.Q(('approved_at__isnull', True), ('approved_by__isnull', True), ('status__in', ['proposed', 'dropped'])), ('status', 'lapsed'), _connector='OR'), name='service_credit_approved_at'),
        ),
        migrations.AddConstraint(
            model_name='servicecredit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('status__in', ['proposed', 'approved'])), models.Q(('closed_at__isnull', False), ('status__in', ['applied', 'lapsed', 'dropped'])), _connector='OR'), name='service_credit_closed_at'),
        ),
        migrations.AddConstraint(
            model_name='servicecredit',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='service_credit_two_people'),
        ),
        migrations.AddConstraint(
            model_name='supportpolicy',
            constraint=models.UniqueConstraint(fields=('customer', 'contract', 'version'), name='support_version'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportpolicy',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a8d2b9208e0c7c4e4ab8cee1317295f9df40959b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_df74d', table='contracts_supportpolicy', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['contract', '-id'], name='case_of_contract'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', False), ('status', 'resolved')), models.Q(models.Q(('status', 'resolved'), _negated=True), ('resolved_at__isnull', True)), _connector='OR'), name='case_resolved_at'),
        ),
        migrations.AddConstraint(
            model_name='supporttarget',
            constraint=models.UniqueConstraint(fields=('customer', 'policy', 'severity'), name='support_target_severity'),
        ),
        migrations.AddConstraint(
            model_name='supporttarget',
            constraint=models.CheckConstraint(condition=models.Q(('resolve__gt', 0), ('respond__gt', 0)), name='support_target_minutes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supporttarget',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='373d3846ca9dfa2ac6591da08012c92f806c18ee', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_84fb9', table='contracts_supporttarget', when='BEFORE')),
        ),
    ]
