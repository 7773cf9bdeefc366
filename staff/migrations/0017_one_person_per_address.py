import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0016_staff_mail'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_in_small_letters', violation_error_message='An e-mail address is kept in small letters.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True), models.Q(('email', ''), _negated=True)), fields=('email',), name='user_email_of_one_person', violation_error_message='Somebody else who may sign in has this e-mail address.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_name_of_one_person', violation_error_message='Somebody else has this user name, perhaps with other capitals.'),
        ),
    ]
