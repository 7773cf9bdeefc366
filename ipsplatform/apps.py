from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.checks import Tags, register

from ipsplatform import celery  # noqa: F401 (tasks belong to this application, whoever loads Django)
from ipsplatform.privacy.packages import declare_packages
from ipsplatform.tooling.rooms import rooms


class IpsplatformConfig(AppConfig):
    name = "ipsplatform"

    def ready(self) -> None:
        from ipsplatform.privacy import checks  # noqa: PLC0415  (they read models, which the apps load first)

        declare_packages()
        register(checks.models_are_declared, Tags.models)
        register(checks.addresses_are_declared, Tags.urls)
        if settings.SENTRY_DSN:
            from ipsplatform.operations import error_reports  # noqa: PLC0415  (not to be loaded when it is off)

            error_reports.start(settings.SENTRY_DSN)


class AdminConfig(DjangoAdminConfig):
    default_site = "ipsplatform.operations.admin_site.AdminSite"

    def ready(self) -> None:
        """Django looks for the administration in the apps; ours lies in their rooms."""
        super().ready()
        for room in rooms():
            if find_spec(f"{room}.admin"):
                import_module(f"{room}.admin")
