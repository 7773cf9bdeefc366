"""Settings for the demonstration on one machine: embedded services, plain HTTP, invented people."""

import os

os.environ.setdefault("SECRET_KEY", "demo-only-not-a-secret")
os.environ.setdefault("DATABASE_URL", "postgres://ips@127.0.0.1:5432/ips")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")

from ipsplatform.settings.base import *  # noqa: F403

DEMO = True
ALLOWED_HOSTS = ["*"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
