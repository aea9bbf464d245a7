"""Make and check signatures with other people's code: jobs on stdin, answers on stdout, as JSON.

apsig for draft-cavage and integrity proofs, http-message-signatures for RFC 9421.
"""

import json
import sys

import requests
from apsig.draft.sign import Signer
from apsig.draft.verify import Verifier
from apsig.proof.sign import ProofSigner
from apsig.proof.verify import ProofVerifier
from cryptography.hazmat.primitives import serialization
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)


class OneKey(HTTPSignatureKeyResolver):
    """Knows one public key, and takes its id on trust."""

    def __init__(self, pem):
        self.key = serialization.load_pem_public_key(pem.encode())

    def resolve_public_key(self, key_id):
        return self.key


def check_cavage(job):
    verifier = Verifier(job["pem"], job["method"], job["url"], job["headers"], job["body"].encode())
    return verifier.verify()


def check_message(job):
    algorithm = {"rsa": algorithms.RSA_V1_5_SHA256, "ed25519": algorithms.ED25519}[job["algorithm"]]
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=OneKey(job["pem"]))
    request = requests.Request(
        job["method"], job["url"], headers=job["headers"], data=job["body"].encode()
    ).prepare()
    (found,) = verifier.verify(request)
    return sorted(found.covered_components)


def check_proof(job):
    return ProofVerifier(job["multikey"]).verify(job["document"])


def make_cavage(job):
    key = serialization.load_pem_private_key(job["pem"].encode(), password=None)
    signer = Signer(
        job["headers"], key, job["method"], job["url"], job["key_id"], job["body"].encode()
    )
    return signer.sign()


def make_proof(job):
    key = serialization.load_pem_private_key(job["pem"].encode(), password=None)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": job["key_id"],
        "created": job["created"],
    }
    return ProofSigner(key).sign(job["document"], options)


JOBS = {
    "check cavage": check_cavage,
    "check message": check_message,
    "check proof": check_proof,
    "make cavage": make_cavage,
    "make proof": make_proof,
}


def answer(job):
    try:
        return {"answer": JOBS[job["job"]](job)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([answer(job) for job in json.load(sys.stdin)], sys.stdout)
