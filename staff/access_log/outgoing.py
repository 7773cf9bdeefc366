"""The access log as lines of JSON, for a system that watches over it."""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from staff.access_log.sealing import SETTLED_AFTER
from staff.models import AccessLine


def lines_after(number: int) -> Iterator[tuple[int, str]]:
    """Each line with a higher number, in order, as (number, JSON).

    Lines of the last two minutes wait for the next time: one with a lower number may still be on its way.
    """
    names = [field.attname for field in AccessLine._meta.concrete_fields]
    settled = timezone.now() - timedelta(seconds=SETTLED_AFTER)
    lines = AccessLine.objects.filter(pk__gt=number, at__lt=settled).order_by("pk").values(*names)
    for line in lines.iterator(chunk_size=2000):
        yield line["id"], json.dumps(line, cls=DjangoJSONEncoder)
