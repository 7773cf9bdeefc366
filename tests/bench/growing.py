"""An organisation as large as asked for: the demo people, copied with new identifiers inside PostgreSQL.

Each copy is an organisation of its own: teams, colleagues, clients, employers and the log of changes, so that
what one person sees stays as large as in the demo and only what they do not see grows. PostgreSQL writes the
rows itself (INSERT … SELECT): COPY would carry millions of rows through Python to the same tables.
"""

from math import ceil

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models
from django.db.backends.utils import CursorWrapper

COPIED = (
    "staff.Team", "staff.User", "staff.TeamMembership", "clients.Client", "clients.ClientHistory",
    "clients.Assignment", "clients.AssignmentHistory", "clients.Consent", "clients.ConsentHistory",
    "clients.SharingGround", "clients.RetentionTerm", "trajectories.Employer",
    "trajectories.DisclosureChoice", "trajectories.DisclosureChoiceHistory", "trajectories.Trajectory",
    "trajectories.TrajectoryHistory", "trajectories.StagePeriod", "trajectories.StagePeriodHistory",
    "trajectories.Job", "trajectories.JobHistory", "trajectories.Contact", "staff.AuditEvent",
)  # fmt: skip
# What must stay unique without a constraint of its own on the column.
APART = {"staff_user": {"email"}, "trajectories_employer": {"name"}}
COPIES_AT_ONCE = 25


def grow_to(clients: int) -> int:
    """Copy the organisation until there are at least so many clients; returns how many there are."""
    from clients.models import Client  # noqa: PLC0415 (models need django.setup first)

    there = Client.objects.count()
    if there >= clients:
        return there
    tables = [apps.get_model(label) for label in COPIED]
    application = settings.DATABASES["default"].copy()
    _forget_connections()
    try:
        connection.settings_dict.update(settings.DATABASE_OWNER)  # the sequences are the owner's
        with connection.cursor() as cursor:
            _grow(cursor, tables, copies=ceil(clients / there) - 1)
    finally:
        _forget_connections()
        connection.settings_dict.update(application)
    return Client.objects.count()


def _forget_connections() -> None:
    """Also those of the pool, which belong to one database role."""
    for one in connections.all():
        one.close()
        one.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one


def _grow(cursor: CursorWrapper, tables: list[type[models.Model]], *, copies: int) -> None:
    cursor.execute("SET synchronous_commit TO off")
    strides = {table: _stride(cursor, table) for table in tables}
    for first in range(1, copies + 1, COPIES_AT_ONCE):
        last = min(first + COPIES_AT_ONCE - 1, copies)
        for table in tables:
            cursor.execute(_copying(table, strides), [first, last])
        print(f"\r{last} of {copies} copies", end="", flush=True)
    print()
    for table in tables:
        name, key = table._meta.db_table, table._meta.pk.column
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{name}', '{key}'), (SELECT max({key}) FROM {name}))"
        )
    cursor.execute("VACUUM ANALYZE")


def _stride(cursor: CursorWrapper, table: type[models.Model]) -> int:
    """How far the keys of one copy lie from those of the next."""
    cursor.execute(f"SELECT COALESCE(max({table._meta.pk.column}), 0) + 1 FROM {table._meta.db_table}")
    return cursor.fetchone()[0]


def _copying(table: type[models.Model], strides: dict[type[models.Model], int]) -> str:
    fields = [field for field in table._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(table, field, strides) for field in fields)
    name, key = table._meta.db_table, table._meta.pk.column
    return (
        f"INSERT INTO {name} ({columns}) SELECT {values} FROM {name} t, generate_series(%s, %s) AS copy(n) "
        f'WHERE t."{key}" < {strides[table]} ORDER BY copy.n, t."{key}"'
    )


def _value(table: type[models.Model], field: models.Field, strides: dict[type[models.Model], int]) -> str:
    column = f't."{field.column}"'
    copied = table if field.primary_key else field.related_model
    if copied in strides:
        value = f"{column} + copy.n * {strides[copied]}"
        # A client without a team is seen by every team lead: of those there stay as many as in the demo.
        waits = table._meta.db_table == "clients_client" and field.column == "team_id"
        return f"COALESCE({column}, 1) + copy.n * {strides[copied]}" if waits else value
    if isinstance(field, models.UUIDField):  # the same way everywhere: logs name rows by it
        return f"md5({column}::text || copy.n)::uuid"
    if isinstance(field, models.CharField) and (
        field.unique or field.column in APART.get(table._meta.db_table, ())
    ):
        return f"CASE WHEN {column} = '' THEN '' ELSE {column} || '-' || copy.n END"
    return column
