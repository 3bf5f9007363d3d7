"""A form that is sent twice corrects once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credits", "0009_lapse")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="key",
            field=models.CharField(help_text="the same key corrects once", max_length=64, null=True, verbose_name="key"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(fields=("member", "key"), name="correction_once"),
        ),
    ]
