"""Content Credentials (C2PA): signs what was made here, and reads what an image says of itself.

Only `Trusted` is believed: c2pa's `Valid` also covers a signature by somebody unknown. Nothing is fetched over the network.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import c2pa

from feed.engines import source_types
from feed.engines.certificates import Certificates

# c2pa-kp-claimSigning, id-kp-emailProtection and id-kp-documentSigning: what the specification lets a leaf be for.
SIGNING_USAGES = "1.3.6.1.4.1.62558.2.1\n1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n"
XMP_SOURCE_TYPE = re.compile(rb"DigitalSourceType[^A-Za-z]{0,8}(?:rdf:resource=.)?(https?://[a-zA-Z0-9./_-]{1,120})")

State = Literal["trusted", "untrusted", "invalid", "none"]


@dataclass(frozen=True)
class Provenance:
    """What an image's credentials say, and whether to believe them.

    `state`: `trusted` (intact, and signed under our root), `untrusted` (intact, by an unknown signer), `invalid` (altered
    or malformed) or `none`. The other fields are only claims unless the state is `trusted`.
    """

    state: State
    digital_source_type: str = ""
    issuer: str = ""
    signed_by: str = ""
    software: str = ""

    @property
    def trusted(self) -> bool:
        """Whether the claims may be believed."""
        return self.state == "trusted"


def sign(
    data: bytes, *, content_type: str, digital_source_type: str, software: str, certificates: Certificates
) -> bytes:
    """The image with a signed claim that `software` created it, as a `digital_source_type`, inside it.

    Do this last: any later change of a byte breaks the signature. Raises c2pa.C2paError.
    """
    manifest = {
        "claim_generator_info": [{"name": "Humankind"}],
        "format": content_type,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": source_types.uri_of(digital_source_type),
                            "softwareAgent": {"name": software},
                        }
                    ]
                },
            }
        ],
    }
    # No time-stamp authority: None says so, an empty string would be taken for an address.
    info = c2pa.C2paSignerInfo(b"es256", certificates.chain.encode(), certificates.private_key.encode(), None)
    signed = io.BytesIO()
    with (
        c2pa.Context.from_dict(_settings(certificates), signer=c2pa.Signer.from_info(info)) as context,
        c2pa.Builder(manifest, context=context) as builder,
    ):
        builder.sign(content_type, io.BytesIO(data), signed)
    return signed.getvalue()


def verify(data: bytes, *, content_type: str, certificates: Certificates) -> Provenance:
    """What the credentials inside an image say, checked against our root. Never raises for bad data."""
    try:
        with c2pa.Context.from_dict(_settings(certificates)) as context:
            reader = c2pa.Reader.try_create(content_type, io.BytesIO(data), None, context)
            if reader is None:
                return Provenance("none")
            with reader:
                read: dict[str, Any] = json.loads(reader.json())
    except (c2pa.C2paError, ValueError):
        return Provenance("invalid")
    manifest = read.get("manifests", {}).get(read.get("active_manifest"), {})
    states: dict[str, State] = {"Trusted": "trusted", "Valid": "untrusted"}
    agent = next((action.get("softwareAgent") for action in _actions(manifest) if action.get("softwareAgent")), "")
    signature = manifest.get("signature_info") or {}
    return Provenance(
        state=states.get(str(read.get("validation_state")), "invalid"),
        digital_source_type=_machine_made_in(read) or _first_source_type(manifest),
        issuer=str(signature.get("issuer") or ""),
        signed_by=str(signature.get("common_name") or ""),
        software=str(agent.get("name", "") if isinstance(agent, dict) else agent),
    )


def machine_made_claim(data: bytes, *, content_type: str, certificates: Certificates) -> str:
    """The IPTC term by which an image says that a machine made it; empty when it says no such thing.

    Read from its credentials, whoever signed them, and from its XMP: nobody gains by labelling their own photograph as
    machine-made, so this claim is believed even from a stranger.
    """
    found = verify(data, content_type=content_type, certificates=certificates)
    if source_types.is_machine_made(found.digital_source_type):
        return found.digital_source_type
    for match in XMP_SOURCE_TYPE.finditer(data):
        term = source_types.term_of(match[1].decode())
        if source_types.is_machine_made(term):
            return term
    return ""


def _settings(certificates: Certificates) -> dict[str, Any]:
    return {
        "version": 1,
        "trust": {"trust_anchors": certificates.anchor, "trust_config": SIGNING_USAGES},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
        "builder": {"thumbnail": {"enabled": False}},
    }


def _actions(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for assertion in manifest.get("assertions") or []:
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            yield from (assertion.get("data") or {}).get("actions") or []


def _first_source_type(manifest: dict[str, Any]) -> str:
    terms = (source_types.term_of(str(action.get("digitalSourceType", ""))) for action in _actions(manifest))
    return next((term for term in terms if term), "")


def _machine_made_in(read: dict[str, Any]) -> str:
    """A machine-made ingredient makes the whole machine-made, so every manifest in the image counts."""
    for manifest in (read.get("manifests") or {}).values():
        for action in _actions(manifest):
            term = source_types.term_of(str(action.get("digitalSourceType", "")))
            if source_types.is_machine_made(term):
                return term
    return ""
