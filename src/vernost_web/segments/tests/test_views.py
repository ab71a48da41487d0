"""Pages of segments: the builder, lists, saving from numbers, comparing, files; nothing hostile breaks them."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from vernost.explain.segments import read_rule
from vernost_web.audit.models import Record
from vernost_web.segments import actions
from vernost_web.segments.drafts import carried_out, draft_of, posted, written
from vernost_web.segments.models import Kind, Membership, Segment
from vernost_web.segments.queries import count_of

pytestmark = pytest.mark.django_db

ONCE = {"measure": "orders", "is": "equals", "value": 1}
RULES: list[dict[str, Any]] = [
    {"all": []},
    {"any": [{"attribute": "city", "is": "one_of", "value": ["Омск", "Perm"]}, {"not": {"all": [ONCE]}}]},
    {"not": {"any": [ONCE, {"attribute": "is_business", "is": "yes"}]}},
    {"all": [{"did": "orders", "at_least": 2, "within_days": 30}, {"not": {"did": "orders", "at_least": 1}}]},
    {"all": [{"did": "orders", "at_least": 2, "at_most": 5, "since": "2024-01-01", "turn": "first"}]},
    {"all": [{"did": "orders", "total": "amount", "at_least": 1500.5,
              "where": [{"attribute": "channel", "is": "equals", "value": "web"},
                        {"attribute": "delivered_at", "is": "within_days", "value": 7}]}]},
    {"all": [{"did": "events", "at_most": 0, "until": "2024-05-01"}]},
    {"all": [{"did": "tickets", "at_least": 3, "at_most": 3}]},
    {"all": [{"attribute": "created_at", "is": "between", "value": ["2024-01-01", "2024-02-01"]}]},
    {"all": [{"measure": "rfm", "is": "one_of", "value": ["loyal", "new"]},
             {"score": "risk", "is": "between", "value": [0.1, 0.5]}]},
    {"all": [{"segment": "vip"}, {"not": {"customers": ["ann", "it's"]}}, {"behind": "lost", "side": "denominator"}]},
    {"all": [{"attribute": "city", "is": "unknown"}]},
]  # fmt: skip


def fields(page: Any) -> dict[str, Any]:
    """What the builder would post as it is shown."""
    found: dict[str, Any] = {}

    def walk(part: Any) -> None:
        for control in part.controls:
            if control.name:
                found[control.name] = control.value
        for each in part.parts:
            walk(each)

    walk(page.context["tree"])
    return found


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_goes_through_the_form_unchanged(rule: dict[str, Any], browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    Segment.objects.create(key="vip")
    page = client.get("/segments/new/", {"rule": json.dumps(rule)})
    answer = client.post("/segments/new/", fields(page) | {"name": "As it was"})

    assert answer.status_code == 302, page.content.decode()
    assert Segment.objects.get(name="As it was").versions.get().rule == written(draft_of(rule)) == rule


def test_parts_are_added_turned_and_dropped(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    page = client.get("/segments/new/")
    for wish in ("add did r", "add where r-0", "add group r", "add score r-1", "add attribute r"):
        page = client.post("/segments/builder/", fields(page) | {"do": wish})
    assert page.headers["HX-Trigger"]
    page = client.post("/segments/builder/", fields(page) | {"do": "drop r-1"})
    turned = fields(page) | {"r-0.fact": "tickets", "r-0.span": "within_days"}
    page = client.post("/segments/builder/", turned)

    names = set(fields(page))
    assert {"r-0.days", "r-0-0.name", "r-1.name"} <= names
    assert not [name for name in names if name.startswith("r-2")]


def test_the_number_beside_a_rule_is_that_of_its_customers(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    posting = {"r.kind": "group", "r.how": "all", "r-0.kind": "measure", "r-0.name": "orders", "r-0.is": "equals",
               "r-0.value": "1"}  # fmt: skip
    page = client.post("/segments/count/", posting)
    assert page.context["found"]["count"] == count_of(read_rule(ONCE), preview=False, personal=False)["count"] > 0
    assert page.context["found"]["rows"]
    assert not browser("product").post("/segments/count/", posting).context["found"]["rows"]


@pytest.mark.parametrize(
    "posting",
    [
        {}, {"r.kind": "group", "r-0.kind": "measure", "r-0.value": "much"}, {"r.kind": "did"},
        {"r.kind": "group", "r-0.kind": "kept", "r-0.rule": "[" * 50_000},
        {"r.kind": "group", "r-0.kind": "segment", "r-0.segment": "nobody"},
        {f"r{'-0' * n}.kind": "group" for n in range(60)},
        {f"r-{n}.kind": "group" for n in range(300)} | {"r.kind": "group"},
        {"r.kind": "group", "r-0.kind": "attribute", "r-0.name": "<script>alert(1)</script>", "r-0.value": "\0"},
        {"r.kind": "group", "r-²-x.kind": "attribute", "r-0.fact": ["a", "b"], "r-99999999999.kind": "did"},
        {"r.kind": "group", "r-0.kind": "did", "r-0.fact": "nothing", "r-0.days": "1e400", "r-0.span": "within_days"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/segments/count/", "/segments/builder/", "/segments/new/"])
def test_nothing_hostile_breaks_the_builder(
    address: str, posting: dict[str, str], browser: Callable[..., Client], shop: object
) -> None:
    page = browser("analyst").post(address, posting | {"name": "<b>x</b>", "do": "add did r-0-0-0"})

    assert page.status_code == 200
    assert "<script>alert(1)" not in page.content.decode()


@pytest.mark.parametrize("rule", ["[", '{"did": "nothing"}', '{"not": ' * 5_000])
def test_a_rule_in_an_address_that_is_none_is_refused_in_words(rule: str, browser: Callable[..., Client]) -> None:
    assert browser("analyst").get("/segments/new/", {"rule": rule}).status_code == 302


def test_who_may_not_see_personal_data_cannot_ask_for_it(browser: Callable[..., Client], shop: object) -> None:
    posting = {
        "r.kind": "group",
        "r-0.kind": "attribute",
        "r-0.name": "email",
        "r-0.is": "starts_with",
        "r-0.value": "a",
    }

    assert browser("analyst").post("/segments/count/", posting).context["error"]
    assert "found" in browser("account_manager").post("/segments/count/", posting).context


# -- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (b"ann\nbob\n", ["ann", "bob"]),
        ("\ufeffгород;customer_id\nОмск;ann\nПермь;bob\n".encode(), ["ann", "bob"]),
        ("клиент\nАня\n".encode("cp1251"), ["Аня"]),
        (b"=cmd()\n", ["=cmd()"]),
    ],
)
def test_a_list_comes_from_a_file(content: bytes, ids: list[str], browser: Callable[..., Client], shop: object) -> None:
    posting = {"name": "List", "file": SimpleUploadedFile("ids.csv", content)}
    assert browser("analyst").post("/segments/new/list/", posting).status_code == 302

    segment = Segment.objects.get(kind=Kind.LIST)
    assert sorted(Membership.objects.values_list("customer_id", flat=True)) == sorted(ids)
    assert segment.count == len(ids)
    assert Record.objects.filter(action="segments.keep_list").count() == 1


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 5_000, b"x" * 5_000, b'"' * 9_000])
def test_a_file_that_is_no_list_is_refused_in_words(
    content: bytes, browser: Callable[..., Client], shop: object
) -> None:
    page = browser("analyst").post("/segments/new/list/", {"name": "L", "file": SimpleUploadedFile("x", content)})

    assert page.status_code == 200
    assert page.context["form"].errors


def test_a_file_that_is_too_large_is_not_read_to_its_end(
    browser: Callable[..., Client], shop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vernost_web.segments import lists

    monkeypatch.setattr(lists, "MOST_BYTES", 1_000)
    posting = {"name": "L", "file": SimpleUploadedFile("x", b"ann\n" * 100_000)}
    page = browser("analyst").post("/segments/new/list/", posting)

    assert "too large" in str(page.context["form"].errors)


def test_a_list_is_taken_only_with_the_pages_own_token(person: Callable[..., Any], shop: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("analyst"), backend="allauth.account.auth_backends.AuthenticationBackend")
    posting = {"name": "L", "file": SimpleUploadedFile("x", b"ann")}

    assert client.post("/segments/new/list/", posting).status_code == 403


# -- from numbers -----------------------------------------------------------------------------------------------------


def test_the_customers_behind_a_number_become_a_segment(
    browser: Callable[..., Client], shop: object, done: Callable[[str], Any]
) -> None:
    client = browser("analyst")
    asked = {"by": "month", "row.cohort": "2025-06-01", "row.age": "1"}
    behind = client.get("/measures/cohort_retention/customers/", asked)
    assert "/segments/save/" in behind.content.decode()
    part = client.get("/segments/save/", asked | {"measure": "cohort_retention"})
    rule = parse_qs(urlsplit(part.context["by_rule"]).query)["rule"][0]
    actions.make(by=None, name="By rule", rule=json.loads(rule))
    client.post("/segments/save/list/?measure=cohort_retention&by=month&row.cohort=2025-06-01&row.age=1")
    done("segments.refresh")

    counts = {each.kind: each.count for each in Segment.objects.filter(key__startswith="s", name__gt="")}
    assert counts == dict.fromkeys([Kind.RULE, Kind.LIST], behind.context["leaf"].count)
    assert behind.context["leaf"].count > 0


# -- looking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def worked_out(shop: object, done: Callable[[str], Any]) -> None:
    done("segments.refresh")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pages_of_segments_open(language: str, browser: Callable[..., Client], worked_out: None) -> None:
    client = browser("analyst", language)
    found = list(client.get("/segments/").context["segments"])
    assert len(found) >= 17
    for each in found:
        assert client.get(f"/segments/of/{each.key}/").status_code == 200
    assert client.get("/segments/of/vip/change/").status_code == 200
    assert client.get("/segments/?show=archived").status_code == 200
    assert client.get("/segments/of-customer/?customer=nobody").status_code == 200
    assert not client.get("/segments/lag/").context["segments"]


def test_two_segments_are_compared(browser: Callable[..., Client], worked_out: None) -> None:
    page = browser("analyst").get("/segments/compare/?one=vip&other=one_time")
    rows = {row["name"]: row for row in page.context["rows"]}

    assert page.context["found"].one == Segment.objects.get(key="vip").count
    assert rows["repeat_rate"]["is_sure"]
    again = browser("analyst", "ru").get("/segments/compare/?one=vip&other=one_time")
    assert again.context["found"] == page.context["found"]
    assert "error" in browser("analyst").get("/segments/compare/?one=vip&other=vip").context


def test_a_segment_is_taken_away_as_a_file_and_that_is_written_down(
    browser: Callable[..., Client], worked_out: None
) -> None:
    answer = browser("analyst").get("/segments/of/one_time/csv/")
    lines = answer.content.decode("utf-8-sig").splitlines()

    assert len(lines) == 1 + (Segment.objects.get(key="one_time").count or 0)
    assert Record.objects.filter(action="export.segment_csv").count() == 1
    assert browser("support").get("/segments/of/one_time/csv/").status_code == 403
    assert browser("analyst").get("/segments/of/one_time/pdf/").status_code == 404


def test_a_segment_that_others_mention_stays_in_use(browser: Callable[..., Client], worked_out: None) -> None:
    actions.make(by=None, name="Within", rule={"segment": "vip"})
    client = browser("analyst")
    client.post("/segments/of/vip/archive/")
    assert not Segment.objects.get(key="vip").is_archived
    client.post("/segments/of/one_time/archive/")

    assert Segment.objects.get(key="one_time").is_archived


def test_segments_cannot_be_made_to_mention_each_other_in_a_circle(
    browser: Callable[..., Client], shop: object
) -> None:
    one = actions.make(by=None, name="One", rule=ONCE)
    other = actions.make(by=None, name="Other", rule={"segment": one.key})
    page = browser("analyst").post(
        f"/segments/of/{one.key}/change/",
        {"name": "One", "r.kind": "group", "r-0.kind": "segment", "r-0.segment": other.key},
    )

    assert "circle" in str(page.context["form"].errors)


def test_a_draft_is_never_larger_than_may_be() -> None:
    draft = draft_of({"all": []})
    for _ in range(300):
        draft = carried_out(draft, "add did r")

    assert draft.count() == 100


def test_nothing_posted_is_an_empty_rule(rf: Any) -> None:
    assert written(posted(rf.post("/", {}).POST)) == {"all": []}
