"""What web and worker processes prove before they take their first request or task."""

import django
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from config.startup import stop


def refuse_wrong_root_secret() -> None:
    """End this process with status 78 and a sentence when the root secret of the template keys is missing or wrong.

    With a wrong one every face would look new. The sentence names the setting.
    """
    django.setup()
    from identity.queries.readiness import secret_problems

    problems = secret_problems()
    # Whatever this process forks must not inherit an open connection, nor the pool's threads.
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
    if problems:
        stop(" ".join(problems))
