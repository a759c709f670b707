"""The shapes of passkeys and of WebAuthn's ceremonies; a browser's answer is bounded and cut to what is known here."""

from typing import Any

from rest_framework import serializers

from identity.models import Passkey
from identity.models.passkey import LONGEST_NAME
from identity.operations.passkeys import Proof

# Base64url characters. An attestation object may carry a chain of certificates, though none is asked for.
LONGEST_ID = 1364
LONGEST_CLIENT_DATA = 8192
LONGEST_OBJECT = 32_768
LONGEST_SIGNATURE = 4096
LONGEST_HANDLE = 128
MOST_TRANSPORTS = 10
LONGEST_SECRET = 256


class AttestationResponseSerializer(serializers.Serializer[Any]):
    clientDataJSON = serializers.CharField(max_length=LONGEST_CLIENT_DATA)
    attestationObject = serializers.CharField(max_length=LONGEST_OBJECT)
    transports = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=MOST_TRANSPORTS, required=False
    )


class AssertionResponseSerializer(serializers.Serializer[Any]):
    clientDataJSON = serializers.CharField(max_length=LONGEST_CLIENT_DATA)
    authenticatorData = serializers.CharField(max_length=LONGEST_CLIENT_DATA)
    signature = serializers.CharField(max_length=LONGEST_SIGNATURE)
    userHandle = serializers.CharField(max_length=LONGEST_HANDLE, required=False, allow_null=True)


class CredentialSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(max_length=LONGEST_ID)
    rawId = serializers.CharField(max_length=LONGEST_ID)
    type = serializers.ChoiceField(choices=["public-key"])


class NewCredentialSerializer(CredentialSerializer):
    """RegistrationResponseJSON of WebAuthn, as `PublicKeyCredential.toJSON()` gives it."""

    response = AttestationResponseSerializer()


class UsedCredentialSerializer(CredentialSerializer):
    """AuthenticationResponseJSON of WebAuthn, as `PublicKeyCredential.toJSON()` gives it."""

    response = AssertionResponseSerializer()


class ProofSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(
        max_length=LONGEST_SECRET, required=False, allow_blank=True, trim_whitespace=False, write_only=True
    )
    assertion = UsedCredentialSerializer(
        required=False, allow_null=True, help_text="the answer to an assertion begun with the reason `ownership`"
    )

    def proof(self) -> Proof:
        """What was given, once it is valid."""
        given = self.validated_data
        return Proof(password=given.get("password", ""), assertion=given.get("assertion"))


class RevocationSerializer(ProofSerializer):
    confirm = serializers.BooleanField(default=False, help_text="needed for the last passkey, with proof")


class RegistrationSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    response = NewCredentialSerializer()


class RenameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)


class BeginAssertionSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(
        choices=["presence", "ownership"], default="presence", help_text="an assertion serves no other than this"
    )


class AssertionSerializer(serializers.Serializer[Any]):
    response = UsedCredentialSerializer()


class SignInSerializer(AssertionSerializer):
    client_id = serializers.CharField(max_length=100)
    client_secret = serializers.CharField(max_length=LONGEST_SECRET, write_only=True)
    scope = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="separated by spaces; else the application's usual"
    )


class CeremonyOptionsSerializer(serializers.Serializer[Any]):
    public_key = serializers.DictField(
        help_text="for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`"
    )
    nonce = serializers.CharField(required=False, help_text="of an assertion: its challenge is SHA-256 over this")


class TokenSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    token_type = serializers.CharField()
    scope = serializers.CharField()
    created_at = serializers.IntegerField(help_text="seconds since 1970")


class PasskeySerializer(serializers.ModelSerializer[Passkey]):
    id = serializers.CharField(read_only=True)

    class Meta:
        model = Passkey
        fields = ["id", "name", "aaguid", "transports", "backed_up", "created_at", "last_used_at", "copy_suspected_at"]


class PasskeysSerializer(serializers.Serializer[Any]):
    passkeys = PasskeySerializer(many=True, help_text="the oldest first; at most 20")
