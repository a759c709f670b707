"""World's Developer Portal, as far as it verifies proofs: a real HTTP server that speaks the documented bodies and errors.

Request and answers: OpenAPI "Developer Portal API" of World's developer documentation (POST /api/v4/verify/{rp_id} and
/api/v2/verify/{app_id}) and its page "Errors". In place of a zero-knowledge proof stands a keyed digest of the same public
inputs, so that a proof for another action, nonce, signal or nullifier does not hold here either.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from identity.engines.keccak import hash_to_field

APP_ID, RP_ID = "app_5748c49d2e6c68849479e0b321bc5257", "rp_0123456789abcdef"
SIGNING_KEY = "0x" + "ab" * 32
ACTION = "be-one-human"
WORLD_SECRET = b"only the circuit of this double knows"
PROOF_OF_HUMAN, SELFIE = 1, 11

Answer = tuple[int, Any]


def field_of(*parts: object) -> str:
    """A field element in hex that stands for the parts."""
    return "0x" + hash_to_field("|".join(map(str, parts)).encode()).hex()


def proof_of(*public: object) -> str:
    """What a circuit would prove of these public inputs."""
    return "0x" + hmac.digest(WORLD_SECRET, "|".join(map(str, public)).encode(), hashlib.sha256).hex()


@dataclass(frozen=True)
class Human:
    """Somebody whom an Orb has seen, with World App: answers our requests as IDKit would."""

    name: str

    def nullifier(self, action: str = ACTION, *, of: str = RP_ID) -> str:
        return field_of("nullifier", self.name, of, action)

    def answer(self, request: dict[str, Any], *, schema: int = PROOF_OF_HUMAN, **lies: Any) -> dict[str, Any]:
        """The result of IDKit for a request of ours: version 4.0. `lies` are put into the proof's own inputs."""
        said = {
            "action": request["action"],
            "nonce": request["nonce"],
            "signal_hash": "0x" + hash_to_field(request["signal"].encode()).hex(),
            "nullifier": self.nullifier(request["action"]),
            "expires_at_min": request["rp_context"]["created_at"],
        } | lies
        proof = proof_of(
            said["nullifier"], said["action"], RP_ID, said["nonce"], said["signal_hash"], said["expires_at_min"], schema
        )
        return {
            "protocol_version": "4.0",
            "nonce": said["nonce"],
            "action": said["action"],
            "environment": "production",
            "responses": [
                {
                    "identifier": "proof_of_human" if schema == PROOF_OF_HUMAN else "selfie",
                    "signal_hash": said["signal_hash"],
                    "issuer_schema_id": schema,
                    "nullifier": said["nullifier"],
                    "expires_at_min": said["expires_at_min"],
                    "proof": [proof, *(field_of(number) for number in range(4))],
                }
            ],
        }

    def answer_30(self, request: dict[str, Any], *, level: str = "orb") -> dict[str, Any]:
        """The same in version 3.0."""
        signal = "0x" + hash_to_field(request["signal"].encode()).hex()
        nullifier = self.nullifier(request["action"], of=APP_ID)
        return {
            "protocol_version": "3.0",
            "nonce": request["nonce"],
            "action": request["action"],
            "environment": "production",
            "responses": [
                {
                    "identifier": level,
                    "signal_hash": signal,
                    "merkle_root": field_of("root"),
                    "nullifier": nullifier,
                    "proof": proof_of(nullifier, request["action"], APP_ID, signal, level),
                }
            ],
        }


@dataclass
class WorldIdService:
    """The double while it runs. `then` answers the next requests in place of it; `silent` hangs up on them.

    `gate` holds every answer back until it lets through.
    """

    then: list[Answer] = field(default_factory=list)
    silent: bool = False
    gate: Callable[[], object] | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length))
                service.asked.append((self.path, body))
                service.agents.add(self.headers.get("User-Agent") or "")
                if service.gate:
                    service.gate()
                if service.silent:
                    self.close_connection = True
                    return
                status, answer = service.then.pop(0) if service.then else verified(self.path, body)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Not into the tests' output."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    def rest(self) -> None:
        """As at the start."""
        self.then, self.silent, self.gate, self.asked = [], False, None, []

    def variables(self) -> dict[str, str]:
        """What an operator sets to use it."""
        return {
            "HUMANKIND_WORLD_ID_APP_ID": APP_ID,
            "HUMANKIND_WORLD_ID_RP_ID": RP_ID,
            "HUMANKIND_WORLD_ID_SIGNING_KEY": SIGNING_KEY,
            "HUMANKIND_WORLD_ID_ACTION": ACTION,
            "HUMANKIND_WORLD_ID_URL": self.url,
        }


def verified(path: str, body: dict[str, Any]) -> Answer:
    """What the portal answers."""
    version, _, ident = path.removeprefix("/api/").partition("/verify/")
    if version == "v4":
        return _verified_4(ident, body)
    return _verified_2(ident, body)


def _verified_4(rp_id: str, body: dict[str, Any]) -> Answer:
    missing = [name for name in ("protocol_version", "nonce", "action", "responses") if not body.get(name)]
    if missing:
        return 400, {"code": "validation_error", "detail": f"{missing[0]} is required", "attribute": missing[0]}
    if rp_id != RP_ID:
        return 404, {"success": False, "code": "not_found", "detail": "App not found. App may be no longer active."}
    results = []
    for item in body["responses"]:
        public = (
            item["nullifier"],
            body["action"],
            rp_id,
            body["nonce"],
            item["signal_hash"],
            item["expires_at_min"],
            item["issuer_schema_id"],
        )
        if item["proof"][0] == proof_of(*public):
            held = {"identifier": item["identifier"], "issuer_schema_id": item["issuer_schema_id"], "success": True}
            results.append(held | {"nullifier": item["nullifier"]})
        else:
            said = {"code": "invalid_proof", "detail": "The proof is invalid."}
            results.append({"identifier": item["identifier"], "success": False, **said})
    if not any(result["success"] for result in results):
        failed = {"code": "all_verifications_failed", "detail": "All proof verifications failed."}
        return 400, {"success": False, **failed, "results": results}
    return 200, {
        "success": True,
        "action": body["action"],
        "nullifier": results[0]["nullifier"],
        "created_at": "2026-02-18T11:20:39.530041+00:00",
        "environment": body.get("environment", "production"),
        "protocol_version": "4.0",
        "results": results,
        "message": "Proof verified successfully",
    }


def _verified_2(app_id: str, body: dict[str, Any]) -> Answer:
    for name in ("nullifier_hash", "proof", "merkle_root", "verification_level", "action"):
        if not body.get(name):
            return 400, {"code": "required", "detail": "This attribute is required.", "attribute": name}
    if app_id != APP_ID:
        return 404, {"code": "not_found", "detail": "App not found. App may be no longer active.", "attribute": None}
    public = (body["nullifier_hash"], body["action"], app_id, body["signal_hash"], body["verification_level"])
    if body["proof"] != proof_of(*public):
        detail = "The provided proof is invalid and it cannot be verified. Please check all inputs and try again."
        return 400, {"code": "invalid_proof", "detail": detail, "attribute": None}
    return 200, {
        "uses": 1,
        "success": True,
        "action": body["action"],
        "max_uses": 0,
        "nullifier_hash": body["nullifier_hash"],
        "created_at": "2023-02-18T11:20:39.530041+00:00",
        "verification_level": body["verification_level"],
        "message": "Proof verified successfully",
    }
