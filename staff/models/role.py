"""The seven roles of the visibility table (domain.md, section 3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is in the organisation; `staff.permissions` says what each may do."""

    IPS_TRAJECTBEGELEIDER = "ips_trajectbegeleider", _("IPS trajectbegeleider")
    ERVARINGSDESKUNDIGE = "ervaringsdeskundige", _("peer support worker")
    KWARTIERMAKER = "kwartiermaker", _("kwartiermaker")
    CASEMANAGER = "casemanager", _("case manager")
    TEAMLEIDER = "teamleider", _("team lead")
    MONITOR = "monitor", _("monitor")
    FUNCTIONEEL_BEHEERDER = "functioneel_beheerder", _("functional administrator")


CASEWORK_ROLES = (
    Role.IPS_TRAJECTBEGELEIDER,
    Role.ERVARINGSDESKUNDIGE,
    Role.KWARTIERMAKER,
    Role.CASEMANAGER,
)

# Four or five letters beside a name where there is no room for the whole title.
ROLE_ABBREVIATIONS = {
    Role.IPS_TRAJECTBEGELEIDER: "IPS",
    Role.ERVARINGSDESKUNDIGE: "ED",
    Role.KWARTIERMAKER: "KM",
    Role.CASEMANAGER: "CM",
    Role.TEAMLEIDER: "TL",
}
