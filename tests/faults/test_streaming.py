"""Redis goes down and comes back while clients listen."""

from contextlib import suppress

import httpx
import pytest
from redis.exceptions import RedisError

from common.redis import client
from config.startup import environment
from feed.jobs import stream
from tests.clients.people import join
from tests.feed.streaming import hear, next_event, websocket
from tests.live import LiveStack

pytestmark = [pytest.mark.stack]


@pytest.mark.skipif(bool(environment().redis_url), reason="only the embedded Redis may be stopped, and comes back")
def test_what_is_posted_while_redis_is_down_is_heard_once_it_is_back(stack: LiveStack, http: httpx.Client) -> None:
    """The author is answered as always; the sweep repeats the fan-out, and whoever stayed connected hears of it."""
    reader, author = join(http, "reader"), join(http, "author")
    reader.follow(author)
    with websocket(stack, reader.token, "&stream=user") as connection:
        hear(stream.account_channel(reader.account_id))
        with suppress(RedisError):
            client().shutdown(nosave=True)
        said = author.say("is anybody there?")
        _, event, payload = next_event(connection, seconds=90)
        assert (event, payload["id"]) == ("update", said)
