"""The static files of production, named after their content, and who may read them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # has no types

FOR_EVERYBODY, FOLDER_FOR_EVERYBODY = 0o644, 0o755


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Readable for the web process, whoever collected them: uploads alone are for one user (0600).

    The list of all files lies apart, so that it is not one of the files that are served.
    """

    def __init__(self) -> None:
        manifest = FileSystemStorage(
            location=settings.STATIC_MANIFEST_ROOT,
            file_permissions_mode=FOR_EVERYBODY,
            directory_permissions_mode=FOLDER_FOR_EVERYBODY,
        )
        super().__init__(
            manifest_storage=manifest,
            file_permissions_mode=FOR_EVERYBODY,
            directory_permissions_mode=FOLDER_FOR_EVERYBODY,
        )

    def post_process(self, *arguments: Any, **options: Any) -> Iterator[tuple]:
        """WhiteNoise writes the compressed files itself, without asking for permissions."""
        for name, stored, is_done in super().post_process(*arguments, **options):
            if isinstance(stored, str):
                Path(self.path(stored)).chmod(FOR_EVERYBODY)
            yield name, stored, is_done
