"""The functional administrator reads the log, without whose file it was."""

import pytest
from django.urls import reverse

from staff.models import AccessLine

pytestmark = [pytest.mark.shows(5), pytest.mark.django_db]


def test_log_is_read_without_the_client_and_reading_it_is_logged(world, client):
    world.sign_in(client, "owner")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    line = AccessLine.objects.get()
    world.sign_in(client, "administrator")
    for page in (
        reverse("admin:staff_accessline_changelist"),
        reverse("admin:staff_accessline_change", args=[line.pk]),
    ):
        text = client.get(page).content.decode()
        assert "trajectories:client_overview" in text
        assert not any(word in text for word in (str(world.client.public_id), world.client.client_number))
    codes = AccessLine.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes)[1:] == ["admin:staff_accessline_changelist", "admin:staff_accessline_change"]


def test_log_is_for_the_administrator_only(world, client):
    world.sign_in(client, "team_lead")
    assert client.get(reverse("admin:staff_accessline_changelist")).status_code == 403
