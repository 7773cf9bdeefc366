"""How a request to let somebody see more stands, in words for the second person."""

from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day_text
from staff.models import AccessChange


def state_text(change: AccessChange, *, fits: bool = True) -> str:
    """Until when it waits, or how it ended. An open one that does not fit can't be confirmed any more."""
    if change.is_open and not fits:
        return _("no longer fits: this person changed meanwhile")
    if change.is_open:
        return _("lapses on %(day)s") % {"day": day_text(change.expires_at)}
    if not change.verdict:
        return _("lapsed on %(day)s: nobody confirmed it in time") % {"day": day_text(change.expires_at)}
    who = _("on the server") if change.is_judged_on_server else str(change.judged_by)
    facts = {
        "verdict": change.get_verdict_display(),
        "who": who,
        "day": day_text(change.over_at),
    }
    return _("%(verdict)s by %(who)s, %(day)s") % facts
