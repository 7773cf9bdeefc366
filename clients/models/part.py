"""The parts of a client's file, as the access log tells them apart and as the client reads them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """In the order in which the client reads what somebody looked at."""

    OVERVIEW = "overview", _("the overview")
    JOURNEY = "journey", _("the journey to work")
    CONTACTS = "contacts", _("the contacts")
    WORK = "work", _("the jobs")
    PERSON = "person", _("the personal details")
    BSN = "bsn", _("the citizen service number")
    PEOPLE = "people", _("who helps")
    EXPORT = "export", _("everything, to give you a copy")
    RETENTION = "retention", _("how long the file is kept")
    SHARING = "sharing", _("what may be shared")
    LOG = "log", _("this list")
    EMERGENCY = "emergency", _("the emergency procedure")
    REVIEW = "review", _("the review of who looked")


AROUND_THE_FILE = (Part.EMERGENCY, Part.REVIEW)  # what is added there changes nothing in the file
# Pages about no noun and under no tab of their own, by the word after the client in their address.
PAGES = {
    "access": Part.LOG,
    "correct": Part.PERSON,
    "death": Part.PERSON,
    "export": Part.EXPORT,
    "import-rows": Part.OVERVIEW,
    "hold": Part.RETENTION,
    "service-number": Part.BSN,
    "sharing": Part.SHARING,
}
