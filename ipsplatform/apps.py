from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class IpsplatformConfig(AppConfig):
    name = "ipsplatform"


class AdminConfig(DjangoAdminConfig):
    default_site = "ipsplatform.admin_site.AdminSite"
