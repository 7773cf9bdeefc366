"""The schedule in the database, as beat writes it when it starts; beat itself would close the connection."""

from django_celery_beat.schedulers import ModelEntry

from ipsplatform.celery import app


def write_schedule() -> None:
    for name, entry in app.conf.beat_schedule.items():
        ModelEntry.from_entry(name, app=app, **entry)
