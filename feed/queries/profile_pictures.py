"""Where the pictures of a profile are."""

STILL = "-static.png"


def still_path(path: str) -> str:
    """The path of the picture that does not move: another file only for a GIF."""
    return path.removesuffix(".gif") + STILL if path.endswith(".gif") else path
