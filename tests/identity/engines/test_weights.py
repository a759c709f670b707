"""Model files: present, and the ones that were measured."""

import subprocess
import sys
from dataclasses import replace

import pytest

from identity.engines.sface import SFace
from identity.engines.weights import SFACE, WEIGHTS, WeightUnusable, check_weights, locate, verified_path


def test_every_model_file_is_there_with_its_hash() -> None:
    assert check_weights() == []


def test_each_file_that_is_missing_or_wrong_is_named() -> None:
    wrong = [
        replace(SFACE, package="not_installed_here"),
        replace(SFACE, path="models/gone.onnx"),
        replace(SFACE, sha256="0" * 64),
    ]
    sentences = [problem.sentence for problem in check_weights(wrong)]
    assert "not_installed_here is not installed" in sentences[0]
    assert "models/gone.onnx cannot be read" in sentences[1]
    assert f"has SHA-256 {SFACE.sha256}, expected {'0' * 64}" in sentences[2]


def test_a_file_that_was_exchanged_is_noticed_although_its_predecessor_was_right() -> None:
    path = locate(SFACE)
    assert path is not None
    assert verified_path(SFACE) == path
    with pytest.raises(WeightUnusable):
        verified_path(replace(SFACE, sha256="1" * 64))


def test_a_model_does_not_load_from_a_wrong_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.engines.sface.SFACE", replace(SFACE, sha256="0" * 64))
    with pytest.raises(WeightUnusable, match="SFace"):
        _ = SFace()._network


def test_checking_imports_none_of_the_packages_that_carry_the_files() -> None:
    packages = sorted({weight.package for weight in WEIGHTS})
    code = (
        "import sys; from identity.engines.weights import check_weights; assert check_weights() == [];"
        f"print([name for name in {packages!r} if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_landmark_model_with_a_non_commercial_licence_is_never_read() -> None:
    """face_recognition loads it at import; the encoder hands it another file and opens no more than it needs."""
    code = (
        "import dlib; read = []; original = dlib.shape_predictor;"
        "dlib.shape_predictor = lambda path: (read.append(path), original(path))[1];"
        "from identity.engines.dlib_encoder import DlibEncoder; DlibEncoder()._package; print(read)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "shape_predictor_5_face_landmarks.dat" in answer.stdout
    assert "68" not in answer.stdout
