"""No face, embedding or token reaches the logs, whatever a line is given."""

import json

import numpy as np
import pytest

from common.redaction import redact

SECRETS = {
    "embedding": [0.125] * 128,
    "values": [0.125] * 128,
    "vector": np.full(128, 0.125, dtype=np.float32),
    "frame": b"\xff\xd8\xff\xe0 0.125",
    "body": b"\xff\xd8\xff\xe0 secret",
    "access_token": "secret-value",
    "headers": {"Authorization": "Bearer secret-value", "Cookie": "sessionid=secret-value"},
    "url": "/oauth/token?code=secret-value&x=1",
    "event": "called with Bearer secret-value",
    "text": "data:image/jpeg;base64,c2VjcmV0LXZhbHVl",
    "repr": "array([" + "0.125, " * 40 + "])",
}


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_replaced(name: str) -> None:
    line = json.dumps(redact(None, "info", {name: SECRETS[name]}))
    assert "secret" not in line
    assert "0.125, 0.125" not in line


def test_what_an_operator_needs_stays() -> None:
    line = {"event": "enrolment_decided", "enrolment_id": 7, "state": "admitted", "token_count": 3, "request_id": "abc"}
    assert redact(None, "info", dict(line)) == line
