import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0009_changes_by_client'),
    ]

    operations = [
        migrations.AddField(
            model_name='accessline',
            name='listed',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None, verbose_name='clients in the list'),
        ),
    ]
