"""Protected codes: comparable under one key, unrelated under two."""

import numpy as np
import pytest

from identity.engines.codes import bit_string, check_value, distance, epoch_key, protect
from identity.engines.ports import Vector
from identity.engines.root_secret import HeldSecret

ROOT = HeldSecret(bytes(range(32)))
KEY = epoch_key(ROOT, 0, model="a model")


def somebody(seed: int) -> Vector:
    vector = np.random.default_rng(seed).normal(size=128)
    unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit


def at_angle(vector: Vector, share_of_pi: float) -> Vector:
    other = somebody(999)
    other = other - (other @ vector) * vector
    other /= np.linalg.norm(other)
    angle = share_of_pi * np.pi
    turned: Vector = (np.cos(angle) * vector + np.sin(angle) * other).astype(np.float32)
    return turned


def test_the_same_face_and_key_give_the_same_code_on_every_machine() -> None:
    """The value is fixed: codes already stored must stay comparable after an upgrade of numpy."""
    code = protect(somebody(1), KEY)
    assert len(code) == 128
    assert code == protect(somebody(1), KEY)
    assert code[:8].hex() == "ce8e42d2257da764"


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_the_distance_of_codes_tells_the_angle_of_faces(share: float) -> None:
    one = somebody(1)
    assert distance(protect(one, KEY), protect(at_angle(one, share), KEY)) == pytest.approx(share, abs=0.035)


def test_codes_under_two_keys_do_not_tell_whether_they_are_of_one_person() -> None:
    other_key = epoch_key(ROOT, 1, model="a model")
    mated = [distance(protect(somebody(n), KEY), protect(somebody(n), other_key)) for n in range(200)]
    strangers = [distance(protect(somebody(n), KEY), protect(somebody(n + 200), other_key)) for n in range(200)]
    assert np.mean(mated) == pytest.approx(0.5, abs=0.006)
    assert np.mean(strangers) == pytest.approx(0.5, abs=0.006)
    assert min(mated) > 0.42


def test_keys_differ_by_epoch_model_and_root_secret_and_so_do_their_check_values() -> None:
    keys = {
        KEY,
        epoch_key(ROOT, 1, model="a model"),
        epoch_key(ROOT, 0, model="another"),
        epoch_key(HeldSecret(bytes(32)), 0, model="a model"),
    }
    assert len(keys) == 4
    assert len({check_value(key) for key in keys}) == 4
    assert KEY.hex() not in check_value(KEY)


def test_a_code_is_written_as_postgresql_writes_bits() -> None:
    assert bit_string(b"\x01\x80") == "0000000110000000"


def test_what_cannot_be_protected_is_refused() -> None:
    broken = somebody(1)
    broken[3] = np.nan
    with pytest.raises(ValueError, match="finite"):
        protect(broken, KEY)
    with pytest.raises(ValueError, match="whole blocks"):
        protect(somebody(1), KEY, bits=1000)
    with pytest.raises(ValueError, match="at least 32"):
        epoch_key(HeldSecret(b"short"), 0, model="a model")
    with pytest.raises(ValueError, match="count from 0"):
        epoch_key(ROOT, -1, model="a model")
    with pytest.raises(ValueError, match="cannot be compared"):
        distance(b"12", b"1")
