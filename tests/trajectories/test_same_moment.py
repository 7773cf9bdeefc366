"""Two who write the same thing at the same moment: the second waits, and finds what the first wrote."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import ClientFactory, EmployerFactory, UserFactory
from tests.waiting import somebody_waits_for_the_other, wait_for
from trajectories.contacts.services import write_contact
from trajectories.employers.services import find_or_create_employer
from trajectories.employers.services.merging import merge_employers
from trajectories.models import Contact, Employer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shows(17)]


def twice_at_once(write):
    """What the first and the second get, when the second begins before the first has ended."""

    def in_a_thread():
        try:
            return write()
        finally:
            connection.close()  # that of this thread

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            first = write()
            second = thread.submit(in_a_thread)
            wait_for(lambda: somebody_waits_for_the_other() or second.done())
        return first, second.result()


def test_two_clicks_write_one_contact():
    public_id, client, by = uuid.uuid4(), ClientFactory(), UserFactory()
    facts = {"kind": "werk", "occurred_at": timezone.now(), "note": "Koffie."}
    first, second = twice_at_once(lambda: write_contact(public_id=public_id, client=client, by=by, **facts))
    assert first == second
    assert Contact.objects.count() == 1


def test_two_who_name_a_new_employer_make_one():
    by = UserFactory()
    first, second = twice_at_once(lambda: find_or_create_employer(name="Bakkerij De Korenschoof", by=by))
    assert first == second
    assert Employer.objects.count() == 1


def test_who_names_an_employer_while_it_is_merged_gets_the_one_that_is_left():
    by = UserFactory()
    kade = EmployerFactory(name="Hotel De Kade", is_shared=True)
    spelling = EmployerFactory(name="De Kade", is_shared=True)

    def name_it():
        try:
            return find_or_create_employer(name="De Kade", by=by)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            merge_employers(source=spelling, target=kade, by=by)
            named = thread.submit(name_it)
            wait_for(lambda: somebody_waits_for_the_other() or named.done())
        assert named.result() == kade
