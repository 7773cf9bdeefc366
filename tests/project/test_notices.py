"""E-mails have one way out, so that none shows an address to somebody else or speaks another language."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.utils.translation import gettext_lazy, override

from ipsplatform.common.notices import send_notice

OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
WAY_OUT = "ipsplatform/common/notices.py"
TEMPLATE = "clients/emergency/email/emergency_notice.txt"


def senders() -> set[str]:
    """The files of the product that name Django's mail."""
    root = Path(settings.BASE_DIR)
    return {
        path.relative_to(root).as_posix()
        for app in OURS
        for path in (root / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.core.mail"
    }


def test_mail_leaves_by_one_file():
    assert senders() == {WAY_OUT}


@pytest.mark.parametrize("people", [["een@example.org"], ["een@example.org", "twee@example.org"]])
def test_nobody_sees_the_address_of_another(people):
    with override("en"):
        sent = send_notice(
            people, subject=gettext_lazy("Emergency access was used"), template=TEMPLATE, link="https://x/"
        )
    (message,) = mail.outbox
    assert (sent, sorted(message.recipients())) == (len(people), people)
    assert len(message.to) == (1 if len(people) == 1 else 0)
    assert message.subject == "Er is noodtoegang gebruikt"


def test_without_anybody_nothing_is_sent():
    assert send_notice([], subject="x", template=TEMPLATE, link="x") == 0
    assert mail.outbox == []
