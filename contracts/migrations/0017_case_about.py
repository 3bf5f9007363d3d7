from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0016_confidential"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="about",
            field=models.CharField(
                choices=[
                    ("service", "the service"),
                    ("invoice", "an invoice or a payment"),
                    ("suspension", "the suspension of the service"),
                ],
                default="service",
                max_length=16,
                verbose_name="about",
            ),
        ),
    ]
