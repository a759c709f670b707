"""What a client is told when it is not let in, or not let on."""

# RFC 6455, section 7.4.1, and the IANA registry of close codes.
UNSUPPORTED = 1003
POLICY = 1008
TOO_LARGE = 1009
TRY_AGAIN_LATER = 1013


class Refused(Exception):
    """A sentence and an HTTP status; on an open WebSocket both go into a frame. `retry_after` is in seconds."""

    def __init__(self, sentence: str, *, status: int, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.retry_after = retry_after
