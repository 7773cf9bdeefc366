"""What is told of a row that refers to something that is not there."""

from django.utils.translation import gettext as _

from trajectories.case_import.tables.cells import shown
from trajectories.case_import.tables.problems import Problem
from trajectories.case_import.tables.reading import Reference
from trajectories.case_import.tables.so_far import ImportSoFar
from trajectories.case_import.tables.zeros import hint_at


def dangling(so_far: ImportSoFar, reference: Reference, number: str, alike: str) -> Problem:
    """Why `number` was not found: refused in this import, or unknown. `alike` may be what was meant."""
    values = {"number": shown(number), "file": reference.file}
    refused = so_far.refused_numbers.get(reference.column, {})
    if number in refused:
        line, why = refused[number]
        reason = _("%(number)s was refused in %(file)s, line %(line)s.") % {**values, "line": line}
        return Problem(reference.column, reason, is_compared=why.is_compared, client=why.client, follows=True)
    if reference.file in so_far.refused_files:
        reason = _("%(number)s is unknown: %(file)s was refused.") % values
    else:
        reason = _("%(number)s is unknown: not in %(file)s and not imported before.") % values
    if alike:
        reason = f"{reason} {hint_at(alike, number)}"
    return Problem(reference.column, reason)
