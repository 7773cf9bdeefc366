"""WSGI entry point for the application server."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsplatform.settings.base")

application = get_wsgi_application()
# Every view and migration is read now: whoever asks first waits for nothing.
resolve("/health/ready/")
import_module("ipsplatform.operations.health").needed_migrations()
