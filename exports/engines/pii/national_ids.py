"""Numbers that states give to people, told from other numbers by their check digits, or by the word before them."""

import re
from collections.abc import Callable

Check = Callable[[str], bool]

LETTERS_OF_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
# Values of 0-9 and A-Z at odd places of a codice fiscale, A for 0 (Decreto ministeriale of 23 December 1976).
_CHARACTERS, _VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "BAFHJNPRTVBAFHJNPRTVCESULDGIMOQKWZYX"
ODD_PLACES = {one: ord(value) - ord("A") for one, value in zip(_CHARACTERS, _VALUES, strict=True)}


def digits_of(text: str) -> list[int]:
    """The digits in a text."""
    return [int(character) for character in text if character.isdigit()]


def luhn(text: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1)."""
    digits = digits_of(text)
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _german(text: str) -> bool:
    """ISO 7064 MOD 11,10; of the first ten digits one stands there two or three times, no other more than once."""
    digits = digits_of(text)
    repeated = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    if digits[0] == 0 or repeated[-1] not in (2, 3) or repeated[-2:-1] != [1]:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == digits[10]


def _french(text: str) -> bool:
    """The last two digits are 97 less the rest modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    plain = re.sub(r"\s", "", text).upper().replace("2A", "19").replace("2B", "18")
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


def _spanish(text: str) -> bool:
    """The letter of a DNI or NIE: its number modulo 23."""
    plain = re.sub(r"[ .-]", "", text).upper()
    number = {"X": "0", "Y": "1", "Z": "2"}.get(plain[0], plain[0]) + plain[1:-1]
    return LETTERS_OF_DNI[int(number) % 23] == plain[-1]


def _italian(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    even = sum(int(one) if one.isdigit() else ord(one) - ord("A") for one in plain[1:15:2])
    return chr(ord("A") + (sum(ODD_PLACES[one] for one in plain[0:15:2]) + even) % 26) == plain[15]


def _dutch(text: str) -> bool:
    """The "11-proef" of a burgerservicenummer."""
    digits = digits_of(text)[-9:]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


def _brazilian(text: str) -> bool:
    """Both check digits of a CPF, modulo 11."""
    digits = digits_of(text)
    for place in (9, 10):
        total = sum(digit * (place + 1 - index) for index, digit in enumerate(digits[:place]))
        if total * 10 % 11 % 10 != digits[place]:
            return False
    return len(set(digits)) > 1


def _polish(text: str) -> bool:
    """The check digit of a PESEL, and a month that there is (the century is added to it)."""
    digits = digits_of(text)
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    return sum(a * b for a, b in zip(digits, weights, strict=True)) % 10 == 0 and 1 <= int(text[2:4]) % 20 <= 12


def _swiss(text: str) -> bool:
    """EAN-13's check digit, of an AHV number."""
    return sum(digit * (3 if index % 2 else 1) for index, digit in enumerate(digits_of(text))) % 10 == 0


def _swedish(text: str) -> bool:
    """Luhn over the ten digits of a personnummer, and a month that there is."""
    return luhn(text) and 1 <= int(text[2:4]) <= 12


def _finnish(text: str) -> bool:
    """The last sign of a henkilötunnus: its nine digits modulo 31."""
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31] == text[10].upper()


def _any(text: str) -> bool:
    return True


_SSN = r"(?!000|666|9)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}"
_EDGE, _END = r"(?<![\w.,+/-])", r"(?![\w/]|[.,-]\d)"
# Of each what it looks like, and whether it is one. Where digits alone say too little, the word before them must name the
# number, and `number` is what is masked.
NUMBERS: tuple[tuple[re.Pattern[str], Check], ...] = tuple(
    (re.compile(pattern), check)
    for pattern, check in (
        (rf"{_EDGE}{_SSN}{_END}", _any),  # US: no check digit; areas and groups that are never given out are left
        (r"(?i:\b(?:ssn|itin|social security(?: number)?)\b)\W{0,3}(?:(?i:is|no|nr)\W{1,2})?(?P<number>\d{9})\b", _any),
        (
            rf"{_EDGE}(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)",
            _any,
        ),  # UK: NINO
        (rf"{_EDGE}[1-9]\d ?\d{{3}} ?\d{{3}} ?\d{{3}}{_END}", _german),
        (
            rf"{_EDGE}[1-478] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[ABab]) ?\d{{3}} ?\d{{3}} ?\d\d{_END}",
            _french,
        ),
        (
            rf"{_EDGE}(?:\d{{8}}|\d{{2}}\.\d{{3}}\.\d{{3}}|[XYZxyz]-?\d{{7}})[- ]?[A-HJ-NP-TV-Za-hj-np-tv-z](?!\w)",
            _spanish,
        ),
        (
            rf"{_EDGE}(?i:[a-z]{{3}} ?[a-z]{{3}} ?\d\d[abcdehlmprst]\d\d ?[a-z]\d{{3}}[a-z])(?!\w)",
            _italian,
        ),
        (
            r"(?i:\b(?:bsn|burgerservicenummer|sofinummer)\b)\W{0,3}(?:(?i:is|nr|nummer)\W{1,2})?(?P<number>\d{4}[. ]?\d\d[. ]?\d{3})\b",
            _dutch,
        ),
        (rf"{_EDGE}\d{{3}}\.\d{{3}}\.\d{{3}}-\d\d{_END}", _brazilian),
        (rf"{_EDGE}\d{{11}}{_END}", _polish),
        (rf"{_EDGE}\d{{6}}[-+]\d{{4}}{_END}", _swedish),
        (rf"{_EDGE}\d{{6}}[-+A-F]\d{{3}}[0-9A-FHJ-NPR-Yfhj-npr-y](?!\w)", _finnish),
        (rf"{_EDGE}756[. ]?\d{{4}}[. ]?\d{{4}}[. ]?\d\d{_END}", _swiss),
    )
)
