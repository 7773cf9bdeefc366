"""Settings for the demonstration on one machine: embedded services, plain HTTP, invented people."""

import os

from ipsplatform.embedded import keeper

keeper.provide()
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("MEDIA_ROOT", str(keeper.local_dir() / "media"))
os.environ.setdefault("ERASED_IDS_FILE", str(keeper.local_dir() / "erased-ids.jsonl"))
os.environ.setdefault("SECRET_KEY", "demo-only-not-a-secret")

from ipsplatform.settings.base import *  # noqa: F403
from ipsplatform.settings.base import STORAGES

DEMO = True
SECOND_FACTOR_REQUIRED = False  # the banner says so
IMPORT_NEEDS_SECOND_PERSON = False  # an upload is tried in one go; what opens files waits all the same
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # plain HTTP on this machine
ALLOWED_HOSTS = ["*"]
SITE_URL = f"http://localhost:{os.environ.get('PORT') or 8000}"
PRIVACY_OFFICER_EMAIL = "privacy@voorbeeld.example"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "sessionid", "csrftoken", "language"
# Static files come straight from their folders: a changed style sheet shows at the next reload.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
