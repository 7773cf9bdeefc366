import django.db.models.functions.comparison
import django.db.models.functions.text
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

import ipsplatform.common.search


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0015_birth_name'),
    ]

    operations = [
        # PostgreSQL can't give a generated column another expression: it is made anew, in this transaction.
        migrations.RemoveIndex(model_name='client', name='client_search_name'),
        migrations.RemoveField(model_name='client', name='search_name'),
        migrations.AddField(
            model_name='client',
            name='search_name',
            field=models.GeneratedField(db_persist=True, expression=ipsplatform.common.search.ImmutableUnaccent(django.db.models.functions.text.Lower(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(models.F('first_name'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('name_prefix'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('last_name'), models.Value('')), models.Value(' '), django.db.models.functions.comparison.Coalesce(models.F('birth_name'), models.Value(''))))), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='client',
            index=GinIndex(OpClass('search_name', 'gin_trgm_ops'), name='client_search_name'),
        ),
    ]
