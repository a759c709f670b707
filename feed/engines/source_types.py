"""IPTC's digital source types: how an image came to be (https://cv.iptc.org/newscodes/digitalsourcetype/)."""

PREFIX = "http://cv.iptc.org/newscodes/digitalsourcetype/"

# Every term under which a machine made all of an image or part of it, in words for people.
MACHINE_MADE = {
    "algorithmicMedia": "drawn by a computer program; no model trained on other people's images was used",
    "trainedAlgorithmicMedia": "made by a generative model that was trained on other images",
    "compositeWithTrainedAlgorithmicMedia": "edited or extended with a generative model",
    "compositeSynthetic": "put together from parts, at least one of which a machine made",
    "dataDrivenMedia": "drawn by a computer program from data",
    "virtualRecording": "recorded in a virtual world",
}


def term_of(uri: str) -> str:
    """The last part of an IPTC URI, whichever of its spellings (http or https, with or without www) it has."""
    marker = "/newscodes/digitalsourcetype/"
    return uri.partition(marker)[2].strip("/ ") if marker in uri else ""


def uri_of(term: str) -> str:
    """The full IPTC URI of a term."""
    return PREFIX + term


def is_machine_made(term: str) -> bool:
    """Whether the term says that a machine made the image or part of it."""
    return term in MACHINE_MADE
