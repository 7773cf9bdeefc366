"""`python -m tests.drill.compare FILE`: what of the database is not what the backup says, a line each."""

import sys
from pathlib import Path

import django
from django.conf import settings


def main(path: Path) -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 (needs django.setup)

    from ipsplatform.backup import tables  # noqa: PLC0415
    from ipsplatform.backup.archive import checked  # noqa: PLC0415
    from ipsplatform.operations.database_roles import as_owner  # noqa: PLC0415

    manifest = checked(path, key=settings.BACKUP_KEY)[1]
    with as_owner(), connection.cursor() as cursor:
        print("\n".join(tables.differences(cursor, manifest)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
