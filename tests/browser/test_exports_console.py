"""An operator in the console, in a browser: look at the funnel, close a release, see it closed."""

import pytest
from playwright.sync_api import Page, expect

from exports.models import Dataset, Release
from exports.operations.recipients import create_dataset, register_recipient
from identity.models import Account

pytestmark = pytest.mark.stack
PASSWORD = "a-Long-passphrase-9"


def _published() -> Dataset:
    chief = Account.objects.create_superuser("chief", "chief@example.org", PASSWORD)
    made = register_recipient(operator_id=chief.pk, name="Story Lab", contact="data@example.org", terms_version="1")
    dataset = create_dataset(operator_id=chief.pk, recipient_id=made.recipient.pk, purpose="training_text")
    release = None
    for number, records in ((1, 900), (2, 1000)):
        release = Release.objects.create(
            dataset=dataset,
            number=number,
            parent=release,
            state=Release.State.PUBLISHED,
            schema_version=dataset.schema_version,
            records=records,
            funnel={"considered": 2000, "too_short": 600, "near_duplicate": 400},
        )
    return dataset


def test_an_operator_looks_at_the_funnel_and_closes_a_release(page: Page) -> None:
    dataset = _published()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if "localhost" not in request.url else None)
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto("/admin/login/?next=/admin/exports/dataset/")
    page.get_by_label("Username").fill("chief")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.get_by_role("link", name=dataset.name, exact=True).click()

    funnel = page.get_by_role("list", name="Of 2,000 rows 1,000 are left")
    expect(funnel.get_by_role("listitem")).to_have_count(4)
    short = funnel.get_by_role("listitem").filter(has_text="too short")
    expect(short).to_contain_text("−600 (30.0 %)")
    # What the bars say is what the figures say: 70 % are left after it, and it dropped 30 %.
    chart, left, dropped = (short.locator(part).bounding_box() for part in ("svg", "rect.main", "rect.dropped"))
    assert chart and left and dropped
    assert abs(left["width"] / chart["width"] - 0.7) < 0.01
    assert abs(dropped["width"] / chart["width"] - 0.3) < 0.01
    expect(page.get_by_role("img", name="Records in each release")).to_be_visible()

    page.get_by_role("link", name="Release 2", exact=True).click()
    page.get_by_role("link", name="Close this release").click()
    page.get_by_label("Reason").fill("A mistake in the filter.")
    page.get_by_role("button", name="Close the release").click()
    expect(page.get_by_text("Release 2 is closed: A mistake in the filter.")).to_be_visible()
    expect(page.get_by_role("link", name="Close this release")).to_have_count(0)
    assert Release.objects.get(number=2).state == Release.State.CLOSED

    page.goto(f"/admin/exports/dataset/{dataset.pk}/change/")
    row = page.get_by_role("row").filter(has_text="Release 2")
    expect(row).to_contain_text("closed")
    expect(row).to_contain_text("A mistake in the filter.")
    assert elsewhere == [] and failed == []
