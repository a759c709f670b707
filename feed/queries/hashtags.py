"""Which hashtags a text carries."""

import re

URL = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
HASHTAG = re.compile(r"(?<![\w/&#])#(\w*[^\W\d_]\w*)")


def hashtags(text: str) -> list[str]:
    """Hashtags in lower case, each once, in the order they stand; those inside an address are none."""
    outside = URL.sub(" ", text)
    return list(dict.fromkeys(normal_tag(match.group(1)) for match in HASHTAG.finditer(outside)))


def is_tag(name: str) -> bool:
    """Whether a text could carry this tag, given with or without its sign."""
    return HASHTAG.fullmatch(f"#{name.removeprefix('#')}") is not None


def normal_tag(name: str) -> str:
    """The one way to write a tag, with or without its sign."""
    return name.removeprefix("#").lower()
