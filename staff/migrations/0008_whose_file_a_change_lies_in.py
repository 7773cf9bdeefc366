from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0007_consent_check"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditevent",
            name="client_id",
            field=models.UUIDField(editable=False, null=True, verbose_name="client"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="part",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="part of the file",
            ),
        ),
    ]
