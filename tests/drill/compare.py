"""`python -m tests.drill.compare FILE`: what of the database is not what the backup says, a line each."""

import sys
from pathlib import Path

import django


def main(path: Path) -> None:
    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415 (needs django.setup)

    from ipsplatform.backup.archive import checked  # noqa: PLC0415
    from ipsplatform.backup.contents import contents, differences  # noqa: PLC0415
    from ipsplatform.backup.encryption import identities  # noqa: PLC0415
    from ipsplatform.operations.database_roles import as_owner  # noqa: PLC0415

    manifest = checked(path, identities())
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        print("\n".join(differences(contents(cursor), manifest.tables)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
