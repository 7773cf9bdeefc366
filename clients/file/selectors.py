"""Who stands around a client."""

from collections.abc import Iterable

from django.utils import timezone

from clients.models import Assignment, Client


def assignments_of(client: Client) -> list[Assignment]:
    """Who follows the client, will do so or stopped, the earliest first. One statement."""
    of_client = Assignment.objects.filter(client=client.pk).select_related("user")
    return list(of_client.order_by("started_on", "pk"))


def still_around(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Of `assignments_of` those of `people_around`, in its order."""
    today = timezone.localdate()
    staying = [one for one in assignments if one.ended_on is None or one.ended_on >= today]
    return sorted(staying, key=lambda one: (not one.is_primary, one.started_on, one.pk))


def no_longer_around(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Of `assignments_of` those who followed the client and stopped, the latest first."""
    today = timezone.localdate()
    ended = [(one.ended_on, one.pk, one) for one in assignments if one.ended_on and one.ended_on < today]
    return [one for _day, _pk, one in sorted(ended, key=lambda row: row[:2], reverse=True)]


def people_around(client: Client) -> list[Assignment]:
    """Who follows the client today or from a later day, the fixed trajectbegeleider first. One statement."""
    return list(
        Assignment.objects.filter(client=client.pk)
        .not_ended_before(timezone.localdate())
        .select_related("user")
        .order_by("-is_primary", "started_on", "pk")
    )
