"""Prompts, the painter, content credentials and the bounds of uploads: plain Python, no database."""

import io
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import c2pa
import numpy as np
import pytest
from PIL import Image

from feed.engines import certificates, pictures, provenance
from feed.engines.certificates import CertificateError, Certificates, make_chain
from feed.engines.pictures import PictureRefusedError
from feed.engines.procedural import ProceduralPainter
from feed.engines.prompts import LONGEST_PROMPT, PromptRefusedError, clean

sign = partial(
    provenance.sign, content_type="image/jpeg", digital_source_type="algorithmicMedia", software="a test's painter"
)
verify = partial(provenance.verify, content_type="image/jpeg")


@pytest.fixture(scope="module")
def ours() -> Certificates:
    return make_chain("Ours")


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    pixels = ProceduralPainter().paint(prompt="a quiet lake", width=256, height=256, seed=1)
    return pictures.encode(Image.fromarray(pixels)).data


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("", "needs words"),
        (" \n\t ", "needs words"),
        ("<lora:face:1><sd_cpp_extra_args>{}</sd_cpp_extra_args>", "needs words"),
        ("|||", "needs words"),
        ("a" * (LONGEST_PROMPT + 1), f"at most {LONGEST_PROMPT}"),
        ("\ufdfa" * 200, f"at most {LONGEST_PROMPT}"),
        ("a nude child", "never made"),
        ("an er\u200botic picture of a sch\u00f6olgirl", "never made"),
        ("n4k3d t33nager", "never made"),
    ],
)
def test_a_prompt_that_cannot_be_used_is_refused_with_a_sentence(prompt: str, sentence: str) -> None:
    with pytest.raises(PromptRefusedError, match=sentence):
        clean(prompt)


@pytest.mark.parametrize(
    ("prompt", "cleaned"),
    [
        ("a <lora:x:0.8>lake", "a lake"),
        ("a <<b>lora:x>lake", "a lake"),
        ("a \uff1clora:x\uff1elake", "a lake"),
        ("a lake|a cat", "a lake a cat"),
        ("2 < 3 lakes\x00\x1b[2J\nat\u202e dusk", "2 3 lakes [2J at dusk"),
        ("ein See bei Nacht, 湖", "ein See bei Nacht, 湖"),
        ("children playing in a meadow", "children playing in a meadow"),
    ],
)
def test_a_prompt_loses_what_an_engine_would_read_as_an_order(prompt: str, cleaned: str) -> None:
    assert clean(prompt) == cleaned


def test_the_painter_gives_the_same_image_for_the_same_request_and_another_for_another() -> None:
    painter = ProceduralPainter()
    for prompt in ("a quiet lake at sunset", "a galaxy", "wind, abstract"):
        first = painter.paint(prompt=prompt, width=320, height=256, seed=7)
        assert first.shape == (256, 320, 3)
        assert first.dtype == np.uint8
        assert np.array_equal(first, painter.paint(prompt=prompt, width=320, height=256, seed=7))
        assert not np.array_equal(first, painter.paint(prompt=prompt, width=320, height=256, seed=8))
        assert first.std() > 5
    assert painter.digital_source_type == "algorithmicMedia"


def test_a_signed_image_reads_back_as_trusted_with_what_was_claimed(jpeg: bytes, ours: Certificates) -> None:
    found = verify(sign(jpeg, certificates=ours), certificates=ours)
    assert found.trusted
    assert found.digital_source_type == "algorithmicMedia"
    assert (found.issuer, found.signed_by, found.software) == ("Ours", "Image provenance", "a test's painter")
    assert verify(jpeg, certificates=ours).state == "none"


def test_one_flipped_byte_of_the_picture_is_noticed(jpeg: bytes, ours: Certificates) -> None:
    signed = sign(jpeg, certificates=ours)
    for place in (len(signed) - 10, len(signed) - len(jpeg) // 2, len(signed) - len(jpeg) + 700):
        altered = bytearray(signed)
        altered[place] ^= 1
        assert verify(bytes(altered), certificates=ours).state == "invalid"
    assert verify(signed + b"more", certificates=ours).state == "invalid"


def test_a_manifest_moved_to_another_picture_is_noticed(jpeg: bytes, ours: Certificates) -> None:
    signed = sign(jpeg, certificates=ours)
    other = pictures.encode(Image.new("RGB", (256, 256), "red")).data
    manifest = signed[2 : len(signed) - len(jpeg) + 2]
    assert not verify(other[:2] + manifest + other[2:], certificates=ours).trusted


def test_an_unknown_signer_is_not_trusted_however_valid_the_signature(jpeg: bytes, ours: Certificates) -> None:
    # The stranger even uses our names.
    found = verify(sign(jpeg, certificates=make_chain("Ours")), certificates=ours)
    assert found.state == "untrusted"
    assert not found.trusted


@pytest.mark.parametrize("garbage", [b"", b"hello", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n" + b"\0" * 100])
def test_garbage_has_no_trusted_credentials(garbage: bytes, ours: Certificates) -> None:
    assert not verify(garbage, certificates=ours).trusted


def test_a_manifest_elsewhere_on_the_network_is_not_fetched(jpeg: bytes, ours: Certificates) -> None:
    asked: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Recorder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        info = c2pa.C2paSignerInfo(b"es256", ours.chain.encode(), ours.private_key.encode(), None)
        builder = c2pa.Builder({"claim_generator_info": [{"name": "x"}], "format": "image/jpeg", "assertions": []})
        builder.set_intent(c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.DIGITAL_CAPTURE)
        builder.set_remote_url(f"http://127.0.0.1:{server.server_port}/manifest")
        builder.set_no_embed()
        linked = io.BytesIO()
        builder.sign(c2pa.Signer.from_info(info), "image/jpeg", io.BytesIO(jpeg), linked)
        assert str(server.server_port).encode() in linked.getvalue()
        assert not verify(linked.getvalue(), certificates=ours).trusted
        server.shutdown()
    assert asked == []


def test_processes_that_start_at_once_make_one_certificate(tmp_path: Path) -> None:
    folder = tmp_path / "provenance"
    with ProcessPoolExecutor(max_workers=4) as pool:
        made = list(pool.map(certificates.for_development, [folder] * 8))
    assert len({one.chain for one in made}) == 1
    assert len({one.private_key for one in made}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["provenance"]
    assert (folder / "key.pem").stat().st_mode & 0o077 == 0


def test_certificates_that_do_not_fit_are_refused_with_a_sentence(tmp_path: Path, ours: Certificates) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    with pytest.raises(CertificateError, match="cannot be read"):
        certificates.from_files(chain, key)
    chain.write_text(ours.chain)
    key.write_text(make_chain("Theirs").private_key)
    with pytest.raises(CertificateError, match="is not that of the private key"):
        certificates.from_files(chain, key)


def png(**options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "PNG", **options)
    return out.getvalue()


def frames() -> bytes:
    out = io.BytesIO()
    pair = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    pair[0].save(out, "GIF", save_all=True, append_images=pair[1:])
    return out.getvalue()


def oversized_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims to be huge."""
    import struct
    import zlib

    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + png()[33:]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"just text, named .jpg", "not a JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a JPEG"),
        (png()[:80], "damaged|not a JPEG"),
        (frames(), "Animated"),
        (oversized_header(60_000, 60_000), "at most 33177600 pixels"),
        (oversized_header(20_000, 10), "at most 8192 pixels long"),
        (b"\0" * (pictures.LARGEST_UPLOAD + 1), "at most 16 MB"),
    ],
    ids=["empty", "text", "svg", "truncated", "animated", "bomb", "wide", "heavy"],
)
def test_a_hostile_upload_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(PictureRefusedError, match=sentence):
        pictures.decode(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_comes_out_as_a_plain_picture(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    picture = pictures.decode(out.getvalue())
    encoded = pictures.encode(picture)
    assert (encoded.width, encoded.height) == (40, 30)
    assert encoded.content_type == ("image/png" if picture.mode == "RGBA" else "image/jpeg")


def test_a_photograph_is_turned_upright_and_loses_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Somebody"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (80, 40)).save(out, "JPEG", exif=exif, comment=b"taken at home")
    encoded = pictures.encode(pictures.decode(out.getvalue()))
    assert (encoded.width, encoded.height) == (40, 80)
    assert b"Somebody" not in encoded.data
    assert b"taken at home" not in encoded.data
    assert not Image.open(io.BytesIO(encoded.data)).getexif()


def test_a_picture_that_says_a_machine_made_it_is_believed_whoever_signed(jpeg: bytes, ours: Certificates) -> None:
    claim = partial(provenance.machine_made_claim, certificates=ours)
    theirs = partial(provenance.sign, content_type="image/jpeg", software="x", certificates=make_chain("Theirs"))
    made = theirs(jpeg, digital_source_type="trainedAlgorithmicMedia")
    taken = theirs(jpeg, digital_source_type="digitalCapture")
    assert claim(made, content_type="image/jpeg") == "trainedAlgorithmicMedia"
    assert claim(taken, content_type="image/jpeg") == ""
    assert claim(jpeg, content_type="image/jpeg") == ""
    uri = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    for xmp in (
        f"<Iptc4xmpExt:DigitalSourceType>{uri}</Iptc4xmpExt:DigitalSourceType>",
        f'<rdf:Description Iptc4xmpExt:DigitalSourceType="{uri}"/>',
        f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{uri}"/>',
    ):
        out = io.BytesIO()
        Image.new("RGB", (32, 32)).save(out, "JPEG", xmp=f"<x:xmpmeta>{xmp}</x:xmpmeta>".encode())
        assert claim(out.getvalue(), content_type="image/jpeg") == "compositeWithTrainedAlgorithmicMedia"
