"""The upload of an import."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.errors import RuleError
from trajectories.case_import.tables.source import ZipSource

MAX_UPLOAD_BYTES = 200 * 1024 * 1024


class ImportUploadForm(forms.Form):
    upload = forms.FileField(
        label=gettext_lazy("Zip file or workbook"),
        help_text=gettext_lazy("A zip file with CSV files or workbooks, or one .xlsx; at most 200 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,.xlsx,application/zip"}),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run: only report, write nothing"), required=False, initial=True
    )
    skip_invalid = forms.BooleanField(
        label=gettext_lazy("Leave out refused lines and import the rest"), required=False
    )
    allow_emptying = forms.BooleanField(
        label=gettext_lazy("Empty cells may empty what is known, also more than ten in a column"),
        required=False,
    )

    def clean_upload(self) -> UploadedFile:
        upload = self.cleaned_data["upload"]
        if upload.size > MAX_UPLOAD_BYTES:
            raise ValidationError(
                _("This file is larger than %(limit)s MB. Use the command import_cases on the server.")
                % {"limit": MAX_UPLOAD_BYTES // 1024 // 1024}
            )
        try:
            ZipSource(upload)
        except RuleError as error:
            raise ValidationError(str(error)) from error
        return upload
