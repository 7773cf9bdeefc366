"""Files are taken where an import is asked for, and nowhere else: nobody fills a disk from outside."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from staff.permissions import can_use_admin
from staff.requests import signed_in

TAKE_FILES = {"admin:trajectories_importrun_add"}


class ExpectedFiles(FileUploadHandler):
    """Stands before Django's own handlers. It sees a file before the first byte of it is kept."""

    request: HttpRequest

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises RequestDataTooBig, an answer 400, where no file is asked for, or not of this person."""
        super().new_file(*args, **kwargs)
        match = self.request.resolver_match
        is_asked_for = match is not None and match.view_name in TAKE_FILES
        if not is_asked_for or not can_use_admin(signed_in(self.request)):
            raise RequestDataTooBig("a file that nobody asked for")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Pass it on to the handlers that keep it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing was kept here."""
