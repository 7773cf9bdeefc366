import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0012_session_keys_are_hashed'),
    ]

    operations = [
        migrations.AddField(
            model_name='accessline',
            name='listed',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None, verbose_name='clients in the list'),
        ),
    ]
