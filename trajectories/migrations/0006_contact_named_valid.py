from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """A migration of its own: looking at every contact asks for a light lock only."""

    dependencies = [
        ("trajectories", "0005_consent"),
    ]

    operations = [
        ValidateConstraint(model_name="contact", name="contact_named_to_an_employer"),
    ]
