from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trajectories', '0011_import_turned_down_with_a_reason'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='employer',
            name='employer_name_unique',
        ),
        migrations.AddConstraint(
            model_name='employer',
            constraint=models.UniqueConstraint(fields=('name', 'municipality'), name='employer_name_unique', violation_error_message='There is already an employer with this name.'),
        ),
    ]
