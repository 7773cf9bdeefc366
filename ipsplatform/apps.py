from importlib.util import find_spec

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.module_loading import import_module

from ipsplatform.tooling.rooms import rooms


class IpsplatformConfig(AppConfig):
    name = "ipsplatform"
    classification = "ipsplatform.privacy.packages"


class AdminConfig(DjangoAdminConfig):
    default_site = "ipsplatform.operations.admin_site.AdminSite"

    def ready(self) -> None:
        """Django looks for the administration in the apps; ours lies in their rooms."""
        super().ready()
        for room in rooms():
            if find_spec(f"{room}.admin"):
                import_module(f"{room}.admin")
