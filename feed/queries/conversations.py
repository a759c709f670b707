"""Direct statuses as conversations: all that hang on one first status."""

from django.db import connection

from feed.models import Status

DEEPEST = 1000
ROOT = """
with recursive up(id, parent, depth) as (
    select id, in_reply_to_id, 0 from feed_status where id = %s
    union all
    select s.id, s.in_reply_to_id, up.depth + 1 from feed_status s join up on s.id = up.parent where up.depth < %s
) select id from up order by depth desc limit 1
"""


def conversation_id(status_id: int) -> int:
    """The id of the first status of the thread, which all statuses of one conversation share."""
    with connection.cursor() as cursor:
        cursor.execute(ROOT, [status_id, DEEPEST])
        found = cursor.fetchone()
    return int(found[0]) if found else status_id


def taking_part(status: Status) -> list[int]:
    """Ids of the author and of all whom the status speaks to. `mentions` should be loaded."""
    return list(dict.fromkeys([status.account_id, *(mention.account_id for mention in status.mentions.all())]))
