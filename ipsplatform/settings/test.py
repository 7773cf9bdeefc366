"""Settings for the tests: real PostgreSQL, real Valkey, a queue for each test process."""

import os
from urllib.parse import urlsplit

from ipsplatform.embedded import keeper

keeper.provide()
os.environ.setdefault("SECRET_KEY", "test-only-not-a-secret")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DATABASE_POOL_SIZE", "0")  # test databases are dropped: nothing may stay connected

from ipsplatform.settings.base import *  # noqa: F403
from ipsplatform.settings.base import CACHES, DATABASES, INSTALLED_APPS, REDIS_URL, STORAGES

INSTALLED_APPS += ["django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "exclude_apps": ["account", "mfa", "socialaccount", "django_celery_beat", "pghistory"],
    # Tables that are made here are still empty: an index on them, or NOT NULL, locks nobody. Staff are
    # some hundreds of rows, employers some thousands: their unique indexes are made within a moment. The
    # column to search clients by is made anew in one transaction (ADR 57): the one before it finds it too.
    "ignore_name": [
        "0001_initial",
        "0004_access_log",
        "0004_emergency_access",
        "0017_one_person_per_address",
        "0012_employers_named_apart",
        "0020_employers",
        "0022_merge_employers",
        "0016_search_by_birth_name",
    ],
    "no_cache": True,
}

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://testserver"
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "sessionid", "csrftoken", "language"
SESSION_IDLE_SECONDS = 12 * 60 * 60  # tests of the session limits ask for 15 minutes themselves
SECOND_FACTOR_REQUIRED = False  # tests of the second factor ask for it themselves
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A crash may lose the last test: no need to wait for the disk.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"

# Each test process has its own numbered database, so its own cache and its own Celery queue. 0 is the demo's.
TEST_PROCESS_NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
REDIS_URL = urlsplit(REDIS_URL)._replace(path=f"/{TEST_PROCESS_NUMBER}").geturl()
CELERY_BROKER_URL = CACHES["default"]["LOCATION"] = REDIS_URL

ERASED_IDS_FILE = str(keeper.local_dir() / f"erased-ids-{TEST_PROCESS_NUMBER}.jsonl")
MEDIA_ROOT = str(keeper.local_dir() / f"test-media-{TEST_PROCESS_NUMBER}")  # a worker process reads it too
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
