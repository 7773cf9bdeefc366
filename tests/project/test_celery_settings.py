"""Celery is set so that a killed worker loses nothing and only identifiers travel (security.md, 16)."""

import inspect

import pytest

from ipsplatform.celery import app

pytestmark = pytest.mark.shows(16)

OUR_APPS = ("ipsplatform", "staff", "clients", "trajectories", "reports")
# What may travel in a message: keys of rows, days and kinds of a period, and nothing that somebody typed.
MAY_TRAVEL = {
    "access_pk", "change_pk", "digest_pk", "mail_pk", "run_pk", "user_pk", "warning_pk", "period_kind",
    "period_from", "period_to", "team_pk", "divided", "days",
}  # fmt: skip


def our_tasks() -> dict:
    app.loader.import_default_modules()  # as a worker does
    return {name: task for name, task in app.tasks.items() if name.split(".")[0] in OUR_APPS}


def test_a_task_belongs_to_the_queue_until_it_is_done():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_ignore_result


def test_only_json_travels():
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])


def test_worker_waits_for_the_broker_however_long():
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None


def test_a_connection_that_was_given_up_is_an_error_to_wait_out():
    """Any other error ends the worker that had a task in hand when the broker went (`make faults`)."""
    connection = app.connection_for_read()
    channel, awaited = connection.default_channel, connection.connection_errors
    connection.transport.client = None  # as kombu leaves it
    with pytest.raises(awaited):
        channel.qos.restore_unacked()


@pytest.mark.parametrize("name", sorted(our_tasks()))
def test_a_task_ends_long_before_it_is_offered_again(name):
    task, half = app.tasks[name], app.conf.broker_transport_options["visibility_timeout"] / 2
    limits = [task.time_limit or app.conf.task_time_limit, task.soft_time_limit or 0]
    assert 0 < max(limits) < half


@pytest.mark.parametrize("name", sorted(our_tasks()))
def test_a_task_keeps_the_settings_of_all(name):
    task = app.tasks[name]
    assert (task.acks_late, task.reject_on_worker_lost, task.serializer) == (True, True, "json")
    assert set(inspect.signature(task.run).parameters) <= MAY_TRAVEL


def test_what_beat_plans_exists():
    assert {planned["task"] for planned in app.conf.beat_schedule.values()} <= set(our_tasks())
