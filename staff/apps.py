from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("Staff and teams")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from staff.schedule import words  # noqa: PLC0415  (it needs the models, which the apps load first)

        words.speak()
