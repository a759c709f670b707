"""Whether the face models are there and are the ones we know, and the key is the one the codes were made with."""

from django.db import DatabaseError

from common.engine_loader import engine
from identity.engines.ports import Engines
from identity.engines.weights import check_weights
from identity.queries.template_keys import FIRST, KeysDiffer, live_keys, new_keys, proved_keys


def face_engines() -> Engines:
    """The engines that `settings.FACE_ENGINES` names."""
    return engine("FACE_ENGINES", Engines)


def model_problems() -> list[str]:
    """A sentence for each model file that is missing or has another hash, and for a wrong key; empty when all is right."""
    sentences = [problem.sentence for problem in check_weights()]
    try:
        live_keys(face_engines())
    except KeysDiffer as error:
        sentences.append(str(error))
    except DatabaseError:
        # The database's own check names this.
        return sentences
    return sentences


def secret_problems() -> list[str]:
    """A sentence when the root secret is missing, out of reach, or not the one that the live epochs were started with.

    Processes end over it before they serve. A database that does not answer, or has no tables yet, is no such problem:
    every check of a face proves the keys again.
    """
    try:
        engines = face_engines()
        new_keys(FIRST, engines)
        proved_keys(engines)
    except KeysDiffer as error:
        return [str(error)]
    except DatabaseError:
        return []
    return []
