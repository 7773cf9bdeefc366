"""Our commands speak Dutch by default, and English to anyone who asks for that."""

import pytest
from django.core.management import get_commands, load_command_class
from django.utils.translation import override

OURS = sorted(name for name, app in get_commands().items() if app == "ipsplatform")
DJANGOS = {"changepassword", "createsuperuser", "flush", "makemessages", "migrate"}  # their help is Django's
OF_EVERY_COMMAND = {
    action.dest for action in load_command_class("django.core", "dumpdata").create_parser("", "")._actions
} | {"help"}


def help_texts(name: str, language: str) -> list[str]:
    """What the command says of itself and of its own options."""
    with override(language):
        parser = load_command_class("ipsplatform", name).create_parser("manage.py", name)
        own = [action for action in parser._actions if action.dest not in OF_EVERY_COMMAND]
        return [parser.description, *(action.help for action in own if action.help)]


@pytest.mark.parametrize("name", [name for name in OURS if name not in DJANGOS])
def test_help_of_a_command_is_translated(name):
    english, dutch = help_texts(name, "en"), help_texts(name, "nl")
    assert all(english)
    assert [text for text in dutch if text in english] == []
