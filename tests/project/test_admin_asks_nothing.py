"""The administration answers no question about the content of files, whichever way it is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import ModelAdmin
from django.contrib.contenttypes.models import ContentType
from django.db.models import JSONField, Model
from django.test import RequestFactory
from django.urls import reverse

from clients.models import Client, ClientAction
from ipsplatform.common.classification import is_content
from staff.audit import services as audit
from staff.models import StaffAction, User
from tests.factories import ClientFactory, ContactFactory, JobFactory, TrajectoryFactory
from tests.harness import CarelessPageError, StrictClient
from tests.project.crawl import browser_of, text_of
from tests.project.scene import TODAY, Address, Scene, admin_addresses, make_scene
from tests.project.test_charlie import MARK, marked

pytestmark = [pytest.mark.shows(3, 21), pytest.mark.django_db]

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LOOKUPS = ("", "__exact", "__startswith", "__regex", "__gt")
OWN_LINK = re.compile(r'href="(\?[^"]*)"')
ODD_ARGUMENTS = {
    "0",
    "-1",
    "1",
    "x",
    "'1'",
    "1'",
    "9" * 40,
    "1.5",
    "a/b",
    "../1",
    "_5F",
    "_",
    "%",
    "é",
    "²",
    " ",
}
ASKED_SOMEWHERE = [
    "o",
    "p",
    "q",
    "e",
    "all",
    "term",
    "app_label",
    "model_name",
    "field_name",
    "next",
    "_popup",
    "_to_field",
    "_facets",
    "_changelist_filters",
    "_source_model",
]
WITH_ARGUMENTS = [address for address in admin_addresses() if address.parameters]
WITHOUT_ARGUMENTS = [address for address in admin_addresses() if not address.parameters]
FAILED = 500
NOT_A_FILTER = {"o", "p", "q", "all", "e", "_facets"}


@dataclass(frozen=True)
class Office:
    """The administration with something in every table, as the administrator sees it."""

    scene: Scene
    browser: StrictClient
    administrator: User
    marked: list[Model]

    def list_of(self, model: type[Model], question: dict[str, str]):
        """The list as Django makes it for this question. Raises what becomes a 400."""
        request = RequestFactory().get("/", question)
        request.user = self.administrator
        return admin_of(model).get_changelist_instance(request)


@pytest.fixture
def office(world, time_machine) -> Office:
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene = make_scene(world)
    client = ClientFactory(team=world.team, followed_by=world.people["owner"])
    rows = [client, TrajectoryFactory(client=client)]
    rows += [JobFactory(trajectory=rows[1]), ContactFactory(client=client, staff=world.people["owner"])]
    for row in rows:
        marked(row)
    Client.objects.filter(pk=client.pk).update(client_number="C-0")  # which the administrator may see
    for action in (ClientAction.CORRECTED, ClientAction.values[-1]):
        audit.record(by=world.people["owner"], action=action, target=client)
    audit.record(by=world.people["owner"], action=StaffAction.PASSWORD_SET, target=world.people["owner"])
    return Office(scene, browser_of(world, "administrator"), world.people["administrator"], rows)


def admin_of(model: type[Model]) -> ModelAdmin:
    return admin.site.get_model_admin(model)


def list_url(model: type[Model]) -> str:
    return page_url(model, "changelist")


def page_url(model: type[Model], page: str, *arguments: object) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=arguments)


def paths(model: type[Model], *, relations: int) -> Iterator[str]:
    """Every column within so many relations of `model`, and every relation on the way, hidden ones too."""
    for field in model._meta.get_fields(include_hidden=True):
        yield field.name
        if isinstance(field, JSONField):
            yield f"{field.name}__key"
        if relations and field.is_relation and field.related_model:
            yield from (
                f"{field.name}__{rest}" for rest in paths(field.related_model, relations=relations - 1)
            )


def own_links(office: Office, model: type[Model]) -> list[str]:
    """What the filters, the dates and the headings of a list offer to click on."""
    page = office.browser.get(list_url(model)).content.decode()
    return sorted({unescape(link) for link in OWN_LINK.findall(page)})


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_list_answers_its_own_links_and_no_other_question(office, model):
    links = own_links(office, model)
    refused = [link for link in links if office.browser.get(list_url(model) + link).status_code != 200]
    assert refused == []
    own = {name for link in links for name, _value in parse_qsl(link[1:])} - NOT_A_FILTER
    asked = {path + lookup for path in paths(model, relations=2) for lookup in LOOKUPS} - own
    assert [name for name in sorted(asked) if is_answered(office, model, name)] == []


def is_answered(office: Office, model: type[Model], name: str) -> bool:
    try:
        office.list_of(model, {name: "1"})
    except DisallowedModelAdminLookup:
        return False
    return True


def test_the_lists_have_links_of_their_own(office):
    """Else the test above would ask nothing."""
    links = {model._meta.label: own_links(office, model) for model in MODELS}
    assert len([link for link in links["staff.AuditEvent"] if "action=" in link]) >= 3
    assert [link for link in links["clients.Client"] if "team__id__exact=" in link]
    assert [link for link in links["reports.MonitoringRun"] if "period_to__year=" in link]
    assert [link for link in links["staff.User"] if "is_active__exact=" in link]


@pytest.mark.parametrize(
    "question",
    [
        "team__clients__last_name__startswith=Z",
        "team__memberships__user__sessions__session_key__startswith=a",
        "team__in=1",
        "team__id__exact__gt=0",
        "_changelist_filters=last_name__startswith%3DZ",
        "_to_field=last_name",
        "_to_field=public_id",
    ],
)
def test_a_question_is_refused_with_400(office, question):
    assert office.browser.get(f"{list_url(Client)}?{question}").status_code == 400


def test_no_order_tells_something(office):
    """Sorted by a name that is not shown, the rows would still tell it."""
    told = [
        (model._meta.label, path)
        for model in MODELS
        for number in range(len(admin_of(model).list_display) + 2)
        for order in (f"{number}", f"-{number}")
        for path in office.list_of(model, {"o": order}).queryset.query.order_by
        if isinstance(path, str) and tells(model, path.lstrip("-"))
    ]
    assert told == []


def tells(model: type[Model], path: str) -> bool:
    columns = {field.name for field in model._meta.concrete_fields} - set(admin_of(model).unmasked)
    root = path.split("__", maxsplit=1)[0]
    return root in columns and is_content(model, root)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_page_of_a_row_shows_what_is_in_files(office, model):
    """Its page, history, delete page and the windows that choose a row, of every row; also when refused."""
    shown = []
    keys = [str(row.pk) for row in model._default_manager.all()]
    assert keys
    for question in ("", "?_popup=1", "?_popup=1&_to_field=id", "?_facets=True", f"?q={MARK[:-1]}"):
        shown += pages_with_mark(office, [list_url(model) + question, page_url(model, "add") + question])
    for key in [*keys, "0", "nonsense"]:
        pages = [page_url(model, page, key) for page in ("change", "history", "delete")]
        shown += pages_with_mark(office, [*pages, *(f"{page}?_popup=1" for page in pages)])
    assert shown == []


def pages_with_mark(office: Office, urls: list[str]) -> list[str]:
    return [url for url in urls if MARK.casefold() in text_of(office.browser.get(url)).casefold()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_action_shows_what_is_in_files(office, model):
    """Of the menu above a list, and those that are not in it: what Django offers elsewhere."""
    keys = [str(row.pk) for row in model._default_manager.all()]
    for action in {"delete_selected", *(admin_of(model).actions or [])} - {"run_tasks"}:
        sent = {"action": action, "_selected_action": keys, "select_across": "1", "index": "0"}
        answer = office.browser.post(list_url(model), sent, follow=True)
        assert MARK.casefold() not in text_of(answer).casefold()
    assert {str(row.pk) for row in model._default_manager.all()} >= set(keys)


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_whether_a_client_exists_is_not_told(office, page):
    key = office.marked[0].pk
    answers = [office.browser.get(page_url(Client, page, one)) for one in (key, 10**9, "nonsense")]
    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize("address", WITH_ARGUMENTS, ids=lambda address: f"{address.name} {address.route}")
def test_odd_arguments_fail_nowhere_and_show_nothing(office, address):
    """Every address of the administration with something else where it expects a number or a name."""
    rows = {str(key) for row in office.marked for key in (row.pk, row.public_id)}
    wrong = {}
    for url in sorted({filled(address, value) for value in ODD_ARGUMENTS | rows}):
        found = answer_to(office.browser, url)
        if found is None or found.status_code >= FAILED or MARK.casefold() in text_of(found).casefold():
            wrong[url] = getattr(found, "status_code", "failed")
    assert wrong == {}


def test_every_kind_of_address_is_asked():
    """Else the test above would ask nothing of some, or leave a part of an address as it was."""
    names = {address.name for address in admin_addresses()}
    assert names >= {
        "admin:view_on_site",
        "admin:autocomplete",
        "admin:jsi18n",
        "admin:password_change",
        "admin:password_change_done",
        "admin:login",
        "admin:logout",
        "admin:app_list",
    }
    assert {"admin:view_on_site", "admin:app_list", "admin:auth_user_password_change"} <= {
        address.name for address in WITH_ARGUMENTS
    }
    urls = [filled(address, "7") for address in admin_addresses()]
    assert [url for url in urls if re.search(r"[<>^$()?]", url)] == []


@pytest.mark.parametrize("address", WITHOUT_ARGUMENTS, ids=lambda address: address.name)
def test_odd_questions_fail_nowhere_and_show_nothing(office, address):
    """What Django reads of an address somewhere in its administration, read here or not."""
    wrong = {}
    for name in ASKED_SOMEWHERE:
        for odd in ("", "x", "0", "-1", "9" * 40, "clients.client", "last_name"):
            url = f"/{address.route}?{urlencode({name: odd})}"
            found = answer_to(browser_that_stays(office, address), url)
            if found is None or found.status_code >= FAILED or MARK.casefold() in text_of(found).casefold():
                wrong[url] = getattr(found, "status_code", "failed")
    assert wrong == {}


def browser_that_stays(office: Office, address: Address) -> StrictClient:
    """Signed in, whatever was asked before."""
    if address.name == "admin:logout":
        office.scene.world.sign_in(office.browser, "administrator")
    return office.browser


def filled(address: Address, value: str) -> str:
    """The address with this value, as a browser sends it, in place of each of its arguments."""
    path = re.sub(r"<(?:\w+:)?\w+>", "{}", re.sub(r"\^?\(\?P<\w+>[^)]*\)(/?)\$", r"{}\1", address.route))
    return "/" + path.replace("{}", quote(value))


def answer_to(browser: StrictClient, url: str):
    """The answer; None when there is none."""
    try:
        return browser.get(url)
    except CarelessPageError:
        raise
    except Exception:  # whatever it is: the address is what the test tells
        return None


def test_no_row_is_looked_up_for_the_page_of_it_outside_the_administration(office):
    """Django's own address says which rows of which tables there are."""
    kinds = ContentType.objects.values_list("pk", flat=True)
    rows = {row.pk for model in (Client, User, ContentType) for row in model._base_manager.all()[:1]}
    asked = [f"/admin/r/{kind}/{quote(str(key))}/" for kind in kinds for key in {*rows, *ODD_ARGUMENTS}]
    answers = {url: answer_to(office.browser, url) for url in asked}
    assert {url for url, found in answers.items() if found is None or found.status_code != 404} == set()
    assert len(answers) > 300


def test_nothing_is_completed(office):
    """Django's own address prints the name of every row that some table refers to."""
    url = reverse("admin:autocomplete")
    sources = [
        {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field.name}
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation
    ]
    assert len(sources) > 100
    answers = {office.browser.get(url, source | {"term": MARK[:4]}).status_code for source in sources}
    assert answers == {404}
    assert not [model for model in MODELS if admin_of(model).autocomplete_fields]
