import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0015_addresses_without_case'),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invitation', 'invitation'), ('new_password', 'link for a new password'), ('address_given', 'message to a new address'), ('address_taken_away', 'message to an old address'), ('factors_forgotten', 'message about a removed second factor')], max_length=20)),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'mail to send',
                'verbose_name_plural': 'mails to send',
            },
        ),
        migrations.AddField(
            model_name='staffmail',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='waiting_mails', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='staffmail',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), ('kind', 'new_password'), _connector='OR'), name='staff_mail_says_for_whom', violation_error_message='Only a link for a new password can be asked for without a person.'),
        ),
    ]
