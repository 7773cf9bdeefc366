"""What the tables of the packages hold that we use. Their models get it as ours have it, at the start."""

from django.apps import apps

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical
from staff.schedule.actions import ScheduleAction


def _nobody(*names: str) -> Classified:
    return Classified(about=About.NOBODY, fields=technical(*names))


def _schedule(*names: str) -> Classified:
    return Classified(about=About.NOBODY, fields=technical(*names), actions=ScheduleAction)


TABLE = {
    "admin.LogEntry": Classified(
        about=About.STAFF,
        fields={
            **technical("id", "action_time", "user", "content_type", "object_id", "action_flag"),
            **of_class(DataClass.FREE_TEXT, "object_repr", "change_message"),
        },
        leaves_no_copy=True,
    ),
    "sessions.Session": Classified(
        about=About.STAFF,
        fields=of_class(DataClass.IDENTITY, "session_key", "session_data") | technical("expire_date"),
        leaves_no_copy=True,
    ),
    "account.EmailAddress": Classified(
        about=About.STAFF,
        fields=technical("id", "user", "verified", "primary") | of_class(DataClass.CONTACT, "email"),
    ),
    "account.EmailConfirmation": Classified(
        about=About.STAFF,
        fields=technical("id", "email_address", "created", "sent") | of_class(DataClass.IDENTITY, "key"),
        leaves_no_copy=True,
    ),
    "mfa.Authenticator": Classified(
        about=About.STAFF,
        fields={
            **technical("id", "user", "type", "created_at", "last_used_at"),
            **of_class(DataClass.IDENTITY, "data"),
        },
        leaves_no_copy=True,
    ),
    "socialaccount.SocialAccount": Classified(
        about=About.STAFF,
        fields={
            **technical("id", "user", "provider", "last_login", "date_joined"),
            **of_class(DataClass.IDENTITY, "uid", "extra_data"),
        },
        leaves_no_copy=True,
    ),
    "socialaccount.SocialApp": Classified(  # stays empty: the settings name the service
        about=About.NOBODY,
        fields={
            **technical("id", "provider", "provider_id", "name", "client_id", "settings"),
            **of_class(DataClass.IDENTITY, "secret", "key"),
        },
        leaves_no_copy=True,
    ),
    "socialaccount.SocialToken": Classified(  # stays empty: nothing is kept of a sign-in
        about=About.STAFF,
        fields={
            **technical("id", "app", "account", "expires_at"),
            **of_class(DataClass.IDENTITY, "token", "token_secret"),
        },
        leaves_no_copy=True,
    ),
    "pghistory.Context": Classified(
        about=About.STAFF,
        fields=technical("id", "created_at", "updated_at") | of_class(DataClass.IDENTITY, "metadata"),
        leaves_no_copy=True,
    ),
    "auth.Permission": _nobody("id", "name", "content_type", "codename"),
    "auth.Group": _nobody("id", "name"),
    "auth.Group_permissions": _nobody("id", "group", "permission"),
    "contenttypes.ContentType": _nobody("id", "app_label", "model"),
    "django_celery_beat.SolarSchedule": _nobody("id", "event", "latitude", "longitude"),
    "django_celery_beat.IntervalSchedule": _schedule("id", "every", "period"),
    "django_celery_beat.ClockedSchedule": _nobody("id", "clocked_time"),
    "django_celery_beat.CrontabSchedule": _schedule(
        "id", "minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone"
    ),
    "django_celery_beat.PeriodicTasks": _nobody("ident", "last_update"),
    "django_celery_beat.PeriodicTask": _schedule(
        "id", "name", "task", "interval", "crontab", "solar", "clocked", "args", "kwargs", "queue",
        "exchange", "routing_key", "headers", "priority", "expires", "expire_seconds", "one_off",
        "start_time", "enabled", "last_run_at", "total_run_count", "date_changed", "description",
    ),
}  # fmt: skip


def declare_packages() -> None:
    """Put each declaration beside its model. Raises LookupError for a model that is gone."""
    for label, declared in TABLE.items():
        if label.split(".", maxsplit=1)[0] in apps.app_configs:
            apps.get_model(label).declared = declared
