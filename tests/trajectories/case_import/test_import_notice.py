"""An import that waits for a second administrator is told to who can release it: by mail and on a page."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from staff.models import Role
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import VALID, write_all
from tests.trajectories.case_import.test_import_uploads import ask
from tests.waiting import wait_for
from trajectories.case_import import services as import_run
from trajectories.case_import.selectors.runs import count_waiting_for
from trajectories.models import ImportRun, ImportState

pytestmark = [pytest.mark.shows(16, 25), pytest.mark.django_db]

INDEX = reverse("admin:index")


@pytest.fixture
def first():
    return UserFactory(beheerder=True, last_name="Eerste", email="eerste@example.org")


@pytest.fixture
def second():
    return UserFactory(beheerder=True, last_name="Tweede", email="tweede@example.org")


@pytest.fixture
def others():
    """Nobody of these can release anything."""
    UserFactory(beheerder=True, email="weg@example.org", is_active=False)
    return [UserFactory(role=role, email=f"{role}@example.org") for role in Role if role not in ADMINISTERS]


ADMINISTERS = {Role.FUNCTIONEEL_BEHEERDER}


@pytest.fixture
def checked(first, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, first)
    import_run.perform_import(run_pk=run.pk)
    wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == ImportState.CHECKED)  # a worker may be faster
    run.refresh_from_db()
    return run


def test_who_can_release_it_is_mailed_once(checked, first, second, others):
    assert [import_run.send_release_notice(run_pk=checked.pk) for _ in range(2)] == [1, 0]
    (message,) = mail.outbox
    assert (message.recipients(), message.cc) == (["tweede@example.org"], [])
    assert reverse("admin:trajectories_importrun_change", args=[checked.pk]) in message.body
    assert str(first) in message.body


def test_mail_tells_nothing_of_the_files(checked, second):
    import_run.send_release_notice(run_pk=checked.pk)
    text = mail.outbox[0].subject + mail.outbox[0].body
    for name in ("clients", "jobs", "contacts"):
        assert [cell for cell in VALID[name].values() if len(cell) > 4 and cell in text] == [], name


@pytest.mark.parametrize("state", [state for state in ImportState if state != ImportState.CHECKED])
def test_nothing_is_mailed_about_an_import_that_does_not_wait(checked, second, state):
    ImportRun.objects.update(state=state)
    assert import_run.send_release_notice(run_pk=checked.pk) == 0
    assert mail.outbox == []


def test_mail_server_that_is_down_is_asked_again(checked, second, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(ConnectionRefusedError):
        import_run.send_release_notice(run_pk=checked.pk)
    checked.refresh_from_db()
    assert checked.noticed_at is None


@pytest.mark.django_db(transaction=True)
def test_worker_tells_it_when_the_check_is_done(worker, first, second, tmp_path):
    write_all(tmp_path)
    ask(tmp_path, first)
    wait_for(lambda: ImportRun.objects.filter(state=ImportState.CHECKED).exclude(noticed_at=None).exists())
    assert ImportRun.objects.get().released_by is None


@pytest.mark.django_db(transaction=True)
def test_lost_notice_is_made_up_for(worker, checked, second):
    wait_for(worker.is_idle)
    ImportRun.objects.update(noticed_at=None)
    import_run.take_up_imports()  # too soon
    wait_for(worker.is_idle)
    assert ImportRun.objects.get().noticed_at is None
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(hours=1))
    import_run.take_up_imports()
    wait_for(lambda: ImportRun.objects.get().noticed_at)
    assert ImportRun.objects.get().state == ImportState.CHECKED


def test_it_waits_for_the_other_administrators_alone(checked, first, second, others):
    assert [count_waiting_for(person) for person in (first, second, *others)] == [0, 1] + [0] * len(others)
    import_run.turn_down_import(run=checked, by=first)
    assert count_waiting_for(second) == 0


def test_front_page_of_the_administration_leads_to_it(client, checked, first, second):
    link = f"{reverse('admin:trajectories_importrun_changelist')}?state__exact=checked"
    client.force_login(first)
    assert link not in client.get(INDEX).content.decode()
    client.force_login(second)
    page = client.get(INDEX).content.decode()
    assert link in page
    assert "1 import wacht op jou" in " ".join(page.split())
    listed = client.get(link).content.decode()
    assert reverse("admin:trajectories_importrun_change", args=[checked.pk]) in listed
