"""The post round of a test without a worker: what waits is sent by the service that the worker calls."""

import re

from django.core import mail
from django.core.mail import EmailMessage

from staff.mail import services
from staff.models import StaffMail


def deliver() -> list[EmailMessage]:
    """Send all that waits, and answer what was sent in this round."""
    before = len(mail.outbox)
    for pk in StaffMail.objects.order_by("pk").values_list("pk", flat=True):
        services.send_staff_mail(mail_pk=pk)
    return mail.outbox[before:]


def path_in(message: EmailMessage) -> str:
    """The address on this site of the link in a mail."""
    return re.search(r"https?://[^/]+(/password/choose/\S+)", message.body).group(1)
