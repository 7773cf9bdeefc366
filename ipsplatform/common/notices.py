"""Every e-mail of the product leaves here: to whom, in which language, and who sees whose address."""

from collections.abc import Collection

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from ipsplatform.common.texts import Text


def send_notice(to: Collection[str], *, subject: Text, template: str, **facts: object) -> int:
    """Mail one text to each of `to`, none of whom sees the others; returns how many people were mailed.

    In the language of the installation, whoever asked for it. Without anybody nothing is sent. Raises OSError
    or SMTPException when the mail server does not take it: the caller keeps the notice waiting then.
    """
    if not to:
        return 0
    people = sorted(to)
    alone = people if len(people) == 1 else []
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(template, facts)
        EmailMessage(str(subject), text, to=alone, bcc=[] if alone else people).send()
    return len(people)
