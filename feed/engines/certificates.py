"""The certificate that signs what is made here: the operator's own, or a development one made at first start.

The development chain is a root that only signs one leaf. The leaf follows the profile of the C2PA specification 2.x,
section "Digital signatures": P-256, `digitalSignature` alone, and the extended key usages c2pa-kp-claimSigning (which the
specification names) and id-kp-emailProtection (which validators without a configured list of usages accept).
"""

import datetime as dt
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
ROOT_LIFE = dt.timedelta(days=365 * 20)
# Nothing is time-stamped by an authority, so a signature is good for as long as its leaf.
LEAF_LIFE = dt.timedelta(days=365 * 10)
_NO_USE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


class CertificateError(Exception):
    """The certificate chain or its key cannot be used; the sentence says why and which file to mend."""


@dataclass(frozen=True, repr=False)
class Certificates:
    """PEM text: the chain from leaf to root, the leaf's key, and the root, which is the trust anchor."""

    chain: str
    private_key: str
    anchor: str


def from_files(chain_path: Path, key_path: Path) -> Certificates:
    """The operator's certificates. The chain file holds the leaf first and the root last.

    Raises CertificateError when a file is missing or malformed, or when the key is not the leaf's P-256 key.
    """
    try:
        chain = x509.load_pem_x509_certificates(chain_path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise CertificateError(f"The C2PA certificate chain or private key cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateError(f"The C2PA private key in {key_path} must be a P-256 key, for ES256 signatures.")
    if key.public_key() != chain[0].public_key():
        raise CertificateError(f"The first certificate in {chain_path} is not that of the private key in {key_path}.")
    if len(chain) < 2:
        raise CertificateError(f"{chain_path} must hold the leaf certificate first and its root last.")
    return _as_text(chain, key)


def for_development(folder: Path) -> Certificates:
    """The development chain kept in `folder`, made when there is none.

    Of several processes that start at once, one gives the folder its name and the others take what it made.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
        fresh.mkdir(mode=0o700)
        try:
            _write(make_chain("Humankind development"), fresh)
            # A folder cannot be renamed onto one that holds files.
            fresh.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return from_files(folder / "chain.pem", folder / "key.pem")


def make_chain(organization: str) -> Certificates:
    """A new root and a leaf signed by it; the root's key is forgotten at once."""
    now = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, leaf_name = _name(organization, "Provenance root"), _name(organization, "Image provenance")
    root = (
        _certificate(root_name, root_name, root_key.public_key(), now, ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USE, "key_cert_sign": True, "crl_sign": True}), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _certificate(leaf_name, root_name, leaf_key.public_key(), now, LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{**_NO_USE, "digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return _as_text([leaf, root], leaf_key)


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: dt.datetime, life: dt.timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _as_text(chain: list[x509.Certificate], key: ec.EllipticCurvePrivateKey) -> Certificates:
    pem = [certificate.public_bytes(serialization.Encoding.PEM).decode() for certificate in chain]
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificates(chain="".join(pem), private_key=private.decode(), anchor=pem[-1])


def _write(certificates: Certificates, folder: Path) -> None:
    key = folder / "key.pem"
    key.touch(mode=0o600)
    key.write_text(certificates.private_key)
    (folder / "chain.pem").write_text(certificates.chain)
    (folder / "root.pem").write_text(certificates.anchor)
