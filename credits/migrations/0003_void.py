"""Credits become void where a membership ended and nobody asked to come back (upstage/3.5.1)."""

from pathlib import Path

from django.db import migrations, models

STATEMENT = (Path(__file__).parent / "sql" / "0003_void.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_members"),
        ("credits", "0002_burning"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_sign',
        ),
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('purchase', 'purchase'), ('bonus', 'bonus'), ('grant', 'grant'), ('use', 'use'), ('expiry', 'expiry'), ('void', 'void')], max_length=16, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind__in', ['purchase', 'bonus', 'grant'])), models.Q(('amount__lt', 0), ('kind__in', ['use', 'expiry', 'void'])), _connector='OR'), name='entry_sign'),
        ),
        migrations.RunSQL(STATEMENT, "DROP FUNCTION credits_void(bigint[], timestamptz[])"),
    ]
