"""Bounds a prompt, takes out what an engine would read as an order to itself, and turns away what is never made.

stable-diffusion.cpp runs `<sd_cpp_extra_args>` and `<lora:...>` found inside a prompt, and LocalAI splits a prompt on `|`.
"""

import re
import unicodedata

LONGEST_PROMPT = 1000
DIRECTIVE = re.compile(r"<[^<>]*>")

_SEXUAL = (
    r"\b(nude|nudes|naked|nudity|topless|sexual|sexually|sexy|erotic|erotica|porn|porno|pornographic|nsfw|hentai|"
    r"lewd|explicit|undressed|lingerie|orgasm|fetish)\b"
)
_CHILD = (
    r"\b(child|children|childlike|kid|kids|minor|minors|underage|toddler|toddlers|infant|infants|baby|babies|boy|boys|"
    r"girl|girls|schoolgirl|schoolgirls|schoolboy|schoolboys|teen|teens|teenage|teenager|teenagers|preteen|preteens|"
    r"loli|lolita|shota|shotacon|lolicon)\b"
)
_ALWAYS_REFUSED = re.compile(r"\b(lolicon|shotacon|child porn|child pornography|csam|jailbait)\b")
_SEXUAL_PATTERN = re.compile(_SEXUAL)
_CHILD_PATTERN = re.compile(_CHILD)
_DISGUISES = str.maketrans("013457@$!", "oieastasi")


class PromptRefusedError(Exception):
    """The prompt cannot be used. `code` is for programs, the text is a sentence for the person, `limit` the bound passed."""

    def __init__(self, sentence: str, *, code: str = "invalid", limit: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.limit = limit


def clean(prompt: str) -> str:
    """The prompt as an engine may see it: one line, no control characters, no directives.

    Raises PromptRefusedError when it is too long, when nothing is left of it, or when its words ask for what is never made.
    """
    if len(prompt) > LONGEST_PROMPT:
        raise PromptRefusedError(
            f"A prompt has at most {LONGEST_PROMPT} characters; this one has {len(prompt)}.", limit=LONGEST_PROMPT
        )
    # Compatibility forms first: a full-width "<" would become a plain one after the directives were taken out.
    text = unicodedata.normalize("NFKC", prompt)
    text = "".join(_kept(character) for character in text)
    while DIRECTIVE.search(text):
        text = DIRECTIVE.sub(" ", text)
    text = " ".join(re.sub(r"[<>|]", " ", text).split())
    if not any(character.isalnum() for character in text):
        raise PromptRefusedError("A prompt needs words that say what the image shows.")
    if len(text) > LONGEST_PROMPT:
        raise PromptRefusedError(f"A prompt has at most {LONGEST_PROMPT} characters.", limit=LONGEST_PROMPT)
    check_policy(text)
    return text


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cf", "Cs", "Co", "Cn"}:
        # Zero-width and direction marks only hide words; a joiner inside an emoji is no loss to an engine.
        return ""
    return " " if category[0] in "CZ" else character


def check_policy(text: str) -> None:
    """Raises PromptRefusedError for sexual images of minors.

    A word list stops the plain request only; what comes out of a trained engine needs that engine's own checks too.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(character for character in folded if not unicodedata.combining(character))
    for reading in (folded, folded.translate(_DISGUISES)):
        plain = " ".join(re.sub(r"[^a-z0-9]+", " ", reading).split())
        if _ALWAYS_REFUSED.search(plain) or (_SEXUAL_PATTERN.search(plain) and _CHILD_PATTERN.search(plain)):
            raise PromptRefusedError("Sexual images of minors are never made here.", code="prompt_refused")
