from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("trajectories", "0020_employers"),
    ]

    operations = [
        ValidateConstraint(model_name="contact", name="contact_purpose_of_an_employer_contact"),
        ValidateConstraint(model_name="contact", name="contact_person_of_an_employer_contact"),
        ValidateConstraint(model_name="contact", name="contact_agreed_about_no_client"),
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("person__isnull", False)), fields=["person"], name="contact_with_person"
            ),
        ),
    ]
