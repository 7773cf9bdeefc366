"""Who stands around a client."""

from django.utils import timezone

from clients.models import Assignment, Client


def people_before(client: Client) -> list[Assignment]:
    """Who followed the client and stopped, the latest first. One statement."""
    ended = Assignment.objects.filter(client=client.pk, ended_on__lt=timezone.localdate())
    return list(ended.select_related("user").order_by("-ended_on", "-pk"))


def people_around(client: Client) -> list[Assignment]:
    """Who follows the client today or from a later day, the fixed trajectbegeleider first. One statement."""
    return list(
        Assignment.objects.filter(client=client.pk)
        .not_ended_before(timezone.localdate())
        .select_related("user")
        .order_by("-is_primary", "started_on", "pk")
    )
