"""Employers as suggestions while somebody types."""

from django.db.models import Max

from trajectories.models import Employer

SUGGESTED = 300


def employer_names() -> list[str]:
    """Names to choose from: those with whom there was contact last come first."""
    recent = Employer.objects.annotate(last=Max("contacts__occurred_at")).order_by("-last", "name", "pk")
    return list(recent.values_list("name", flat=True)[:SUGGESTED])
