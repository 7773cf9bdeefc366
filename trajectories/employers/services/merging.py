"""Two employers that are one, and apart again. Everything follows; what may be told never widens (ADR 65)."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.sharing.services import take_back
from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import User
from trajectories.employers.selectors import UNMERGE_WITHIN
from trajectories.models import (
    Contact,
    DisclosureAction,
    DisclosureChoice,
    Employer,
    EmployerAction,
    EmployerMerge,
    Job,
)

FILLED_IN = ("sector", "how_to_reach")  # what an employer without it gets of the one that is merged into it


@transaction.atomic
def merge_employers(
    *, source: Employer, target: Employer, by: User, kvk_number: str | None = None
) -> EmployerMerge:
    """Find `source` as `target` from now on: contacts, jobs, people and choices of clients follow.

    Where two answers of a client differ the narrower holds. `kvk_number` is which of two holds. Raises
    RuleError for one that was merged already, and when two KvK numbers differ and none was chosen.
    """
    source, target = _both_locked(source, target)
    _refuse_merge(source, target)
    before = {name: getattr(target, name) for name in (*FILLED_IN, "kvk_number", "is_shared")}
    after = _facts_together(source, target, kvk_number)
    now = timezone.now()
    merge = EmployerMerge(source=source, target=target, merged_by=by, merged_at=now)
    merge.set_aside = [
        {"choice": choice.pk, "withdrawn_at": choice.withdrawn_at.isoformat()}
        for choice in _set_aside(source, target, by=by)
    ]
    _mark_merged(source, into=target, by=by)
    audit.correct(target=target, action=EmployerAction.CORRECTED, by=by, facts=after)
    merge.facts = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    merge.moved = {model._meta.label: _move(model, field, source, target) for model, field in _relations()}
    merge.full_clean()
    merge.save(force_insert=True)
    return merge


@transaction.atomic
def unmerge_employers(*, merge: EmployerMerge, by: User) -> EmployerMerge:
    """Bring back what the merge moved, to the row: what came since stays with the other one.

    Raises RuleError the second time, after 90 days, while the other one is merged itself, and when the name
    or number of the employer that comes back is taken by now.
    """
    merge = EmployerMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    source, target = _both_locked(merge.source, merge.target)
    _refuse_unmerge(merge, target)
    for model, field in _relations():
        rows = model._base_manager.filter(pk__in=merge.moved.get(model._meta.label, ()), **{field: target})
        rows.update(**{field: source})
    _bring_choices_back(merge, by=by)
    _bring_facts_back(merge, target, by=by)
    _mark_apart(source, by=by)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    return merge


def _both_locked(source: Employer, target: Employer) -> tuple[Employer, Employer]:
    """In the order of their keys: two who merge the same two wait for each other, and never both."""
    rows = Employer.objects.select_for_update(of=("self",)).filter(pk__in=[source.pk, target.pk])
    found = {row.pk: row for row in rows.order_by("pk")}
    return found[source.pk], found[target.pk]


def _refuse_merge(source: Employer, target: Employer) -> None:
    if source.pk == target.pk:
        raise RuleError(_("Choose another employer."), field="employer_name")
    if source.merged_into_id or target.merged_into_id:
        raise RuleError(_("This employer was merged already."), field="employer_name")


def _refuse_unmerge(merge: EmployerMerge, target: Employer) -> None:
    if merge.undone_at is not None:
        raise RuleError(_("This was taken apart already."))
    if timezone.now() > merge.merged_at + UNMERGE_WITHIN:
        raise RuleError(_("This was merged more than 90 days ago, and stays as it is."))
    if target.merged_into_id is not None:
        text = _("%(employer)s was merged itself since: take that apart first.")
        raise RuleError(text % {"employer": target})


def _facts_together(source: Employer, target: Employer, kvk_number: str | None) -> dict[str, Any]:
    """What `target` gets: details that it has not, sharing when either was shared, one KvK number."""
    numbers = {one.kvk_number for one in (source, target)} - {""}
    if len(numbers) > 1 and kvk_number not in numbers:
        raise RuleError(_("Two KvK numbers: choose which one is right."), field="kvk_number")
    filled = {name: getattr(target, name) or getattr(source, name) for name in FILLED_IN}
    number = kvk_number if len(numbers) > 1 else next(iter(numbers), "")
    return filled | {"kvk_number": number, "is_shared": source.is_shared or target.is_shared}


def _relations() -> Iterator[tuple[type[models.Model], str]]:
    """Every table that points to an employer, found in the models: a new noun follows by itself.

    Choices go before contacts: a contact that names a client is looked at beside them.
    """
    found = [
        (relation.related_model, relation.field.name)
        for relation in Employer._meta.related_objects
        if not hasattr(relation.related_model, "pgh_tracked_model")
        and relation.related_model is not EmployerMerge
    ]
    yield from sorted(found, key=lambda one: one[0] is not DisclosureChoice)


def _move(model: type[models.Model], field: str, source: Employer, target: Employer) -> list[int]:
    rows = model._base_manager.filter(**{field: source}).exclude(pk=source.pk if model is Employer else None)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    model._base_manager.filter(pk__in=keys).update(**{field: target})
    return keys


def _mark_merged(source: Employer, *, into: Employer, by: User) -> None:
    source.merged_into = into
    changes = {"merged_into": [None, str(into.public_id)]}
    audit.save(source, by=by, action=EmployerAction.MERGED, fields=["merged_into"], changes=changes)


def _mark_apart(source: Employer, *, by: User) -> None:
    into, source.merged_into = source.merged_into, None
    changes = {"merged_into": [str(into.public_id) if into else None, None]}
    try:
        audit.save(source, by=by, action=EmployerAction.UNMERGED, fields=["merged_into"], changes=changes)
    except ValidationError as taken:
        text = _("Another employer has the name or the KvK number of %(employer)s now: change that first.")
        raise RuleError(text % {"employer": source}) from taken


def _set_aside(source: Employer, target: Employer, *, by: User) -> list[Any]:
    """Withdraw the choices that may not stand for both; what is left never tells more than before."""
    both = DisclosureChoice.objects.standing().filter(employer__in=[source, target])
    choices: dict[int, list[DisclosureChoice]] = {}
    for choice in both.select_for_update(of=("self",)).order_by("client", "pk"):
        choices.setdefault(choice.client_id, []).append(choice)
    spoken = {employer.pk: _clients_of(employer, set(choices)) for employer in (source, target)}
    found = []
    for client, standing in choices.items():
        asked = {choice.employer_id for choice in standing}
        is_unasked = any(client in spoken[key] for key in spoken.keys() - asked)
        keep = _that_stands(standing, is_unasked=is_unasked, target=target)
        found += [choice for choice in standing if choice is not keep]
    return [take_back(choice, action=DisclosureAction.SET_ASIDE, by=by) for choice in found]


def _that_stands(
    standing: list[DisclosureChoice], *, is_unasked: bool, target: Employer
) -> DisclosureChoice | None:
    """The one answer for both: a no; else a yes in the same words, from the later day; else none, so no."""
    noes = [choice for choice in standing if not choice.may_know]
    if noes:
        return next((choice for choice in noes if choice.employer_id == target.pk), noes[0])
    if is_unasked or len({choice.client_words.strip() for choice in standing}) > 1:
        return None
    return max(standing, key=lambda choice: (choice.given_on, choice.employer_id == target.pk))


def _clients_of(employer: Employer, clients: set[int]) -> set[int]:
    """Those of `clients` whose file speaks of this employer: not asked there is no."""
    contacts = Contact.objects.filter(employer=employer, client__in=clients).values_list("client", flat=True)
    jobs = Job.objects.filter(employer=employer, trajectory__client__in=clients)
    return {*contacts} | {*jobs.values_list("trajectory__client", flat=True)}


def _bring_choices_back(merge: EmployerMerge, *, by: User) -> None:
    """What was set aside stands again, but a yes only when the client has decided nothing since."""
    for entry in merge.set_aside:
        choice = DisclosureChoice.objects.select_for_update(of=("self",)).filter(pk=entry["choice"]).first()
        if choice is None or choice.withdrawn_at is None:
            continue
        is_as_left = choice.withdrawn_at.isoformat() == entry["withdrawn_at"]
        if is_as_left and not (choice.may_know and _has_decided_since(merge, choice)):
            _restore(choice, by=by)


def _restore(choice: DisclosureChoice, *, by: User) -> None:
    same = DisclosureChoice.objects.standing().filter(client=choice.client_id, employer=choice.employer_id)
    if same.exists():
        return
    choice.withdrawn_at = choice.withdrawn_by = None
    names = ["withdrawn_at", "withdrawn_by"]
    audit.save(choice, by=by, action=DisclosureAction.RESTORED, fields=names)


def _has_decided_since(merge: EmployerMerge, choice: DisclosureChoice) -> bool:
    ours = [entry["choice"] for entry in merge.set_aside]
    about = DisclosureChoice.objects.filter(
        client=choice.client_id, employer__in=[merge.source_id, merge.target_id]
    ).exclude(pk__in=ours)
    return about.filter(Q(recorded_at__gt=merge.merged_at) | Q(withdrawn_at__gt=merge.merged_at)).exists()


def _bring_facts_back(merge: EmployerMerge, target: Employer, *, by: User) -> None:
    """As far as nobody changed them since. Who has people or details goes on being shared."""
    facts = {name: before for name, (before, after) in merge.facts.items() if getattr(target, name) == after}
    kept = {name: facts.get(name, getattr(target, name)) for name in (*FILLED_IN, "kvk_number")}
    if any(kept.values()) or target.people.exists():
        facts.pop("is_shared", None)
    audit.correct(target=target, action=EmployerAction.CORRECTED, by=by, facts=facts)
