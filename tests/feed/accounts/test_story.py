"""Two clients of the running stack who keep their distance."""

import httpx
import pytest

from feed.models import Mute
from tests.clients.people import join
from tests.live import wait_for


@pytest.mark.stack
def test_a_mute_ends_by_itself_and_a_block_does_not(http: httpx.Client) -> None:
    """Beat ends the mute, and what was said meanwhile is in the home timeline; a block stays until it is taken back."""
    author, reader = join(http, "author"), join(http, "reader")
    reader.follow(author)
    said = author.say("words")
    wait_for(lambda: reader.home() == [said], what="the status in the reader's home timeline")
    reader.post(f"/api/v1/accounts/{author.account_id}/mute", duration=1)
    assert reader.home() == []
    wait_for(lambda: not Mute.objects.exists(), what="beat to end the mute", seconds=60)
    assert reader.home() == [said]
    author.post(f"/api/v1/accounts/{reader.account_id}/block")
    assert reader.home() == []
    assert reader.get(f"/api/v1/statuses/{said}").status_code == 404
    assert reader.post(f"/api/v1/accounts/{author.account_id}/follow").status_code == 403
