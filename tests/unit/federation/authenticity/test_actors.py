"""Actors and their keys are read as their own server shows them, and nothing foreign with them."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    generate_private_key as generate_rsa_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from federation.actors import read_actor
from federation.errors import FederationError, ForbiddenOrigin, MalformedRequest
from federation.keys import (
    KeyPair,
    PublicKey,
    UnusableKey,
    decode_multikey,
    encode_multikey,
    generate_ed25519,
    key_algorithm,
    load_private,
    load_public,
)
from tests.unit.federation.authenticity.scripted_peers import Peer

# The two keys of FEP-521a's feature file.
ED25519_HEX = "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6"
ED25519_MULTIKEY = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
RSA_HEX = (
    "3082010a0282010100b1b5fcd8d4d5e88ca5c4287b31f578865caf6a78826a3b8ff7b1b23aa4af4e6a0474139f"
    "945bd9d3a911ffd0fa72db78e4593a86c91f9da836186ebd3402d51f6a3844247ab5088b46929c311b43604fed"
    "84499f06f0f39bf55590e2187f1bbe229ba8f49fd2e570cd0e3733c76bfede80e1e7e0881e4538ea1bc5782be9"
    "512f8bf132526e05f4923564fe6e1e21bf7087adebb660fa533fca06d0a8e66991e1312d70b64a61da8ca77c02"
    "8cdf939601e2cffe2855759b1d479f0847bcac59d7d62427a431d4e3dfd2697428b9dd6309a7b1167db99fe01a"
    "f1ff1b739566fb949e47089d1dae84aef1214ef7f5773e86a0d3e9da246f9bec09d60c705891183d0203010001"
)
RSA_MULTIKEY = (
    "z4MXj1wBzi9jUstyPMS4jQqB6KdJaiatPkAtVtGc6bQEQEEsKTic4G7Rou3iBf9vPmT5dbkm9qsZsuVNjq8HCuW1w2"
    "4nhBFGkRE4cd2Uf2tfrB3N7h4mnyPp1BF3ZttHTYv3DLUPi1zMdkULiow3M1GfXkoC6DoxDUm1jmN6GBj22SjVsr6d"
    "xezRVQc7aj9TxE7JLbMH1wh5X3kA58H3DFW8rnYMakFGbca5CB2Jf6CnGQZmL7o5uJAdTwXfy2iiiyPxXEGerMhHwh"
    "jTA1mKYobyk2CpeEcmvynADfNZ5MBvcCS7m3XkFCMNUYBS9NQ3fze6vMSUPsNa6GVYmKx2x6JrdEjCk3qRMMmyjnjC"
    "MfR4pXbRMZa3i"
)


def rsa_521a() -> PublicKey:
    key = load_der_public_key(bytes.fromhex(RSA_HEX))
    assert isinstance(key, PublicKey)
    return key


def test_addresses_that_are_too_long(honest: Peer) -> None:
    """An actor with such an inbox is none; other such addresses, and keys, are left out."""
    long = f"{honest.iri}/{'a' * 1000}"
    with pytest.raises(MalformedRequest) as caught:
        read_actor(honest.actor(inbox=long), honest.iri)
    assert "1000 bytes" in caught.value.safe
    key = honest.actor()["publicKey"] | {"id": f"{honest.iri}#{'k' * 1000}"}
    document = honest.actor(publicKey=key, endpoints={"sharedInbox": long}, outbox=long)
    actor = read_actor(document, honest.iri)
    assert (actor.shared_inbox, actor.outbox, actor.keys) == (None, None, ())


def test_multikeys_of_fep_521a() -> None:
    """Both keys of the FEP are written and read as it says."""
    ed25519 = Ed25519PublicKey.from_public_bytes(bytes.fromhex(ED25519_HEX))

    assert encode_multikey(ed25519) == ED25519_MULTIKEY
    assert encode_multikey(rsa_521a()) == RSA_MULTIKEY
    assert decode_multikey(ED25519_MULTIKEY) == ed25519
    assert decode_multikey(RSA_MULTIKEY) == rsa_521a()
    assert (key_algorithm(ED25519_MULTIKEY), key_algorithm(RSA_MULTIKEY)) == ("ed25519", "rsa")


def test_generated_pairs(rsa_pairs: list[KeyPair]) -> None:
    """The private part of a pair belongs to the public one, and does not show in its repr."""
    for pair in (rsa_pairs[0], generate_ed25519()):
        assert load_private(pair.private).public_key() == load_public(pair.public)
        assert pair.private not in repr(pair)


def pem(key: Any) -> str:
    return str(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "z0OIl",
        "6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        ED25519_MULTIKEY[:-1],
        "z" + "1" * 40,
        "z" + "2" * 5000,
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "\ud800",
    ],
)
def test_unusable_keys(text: str) -> None:
    """What is no key raises one error."""
    with pytest.raises(UnusableKey):
        load_public(text)


def test_weak_and_foreign_kinds_of_keys() -> None:
    """A short RSA key, and one of another kind, are not taken."""
    short = generate_rsa_key(65537, 1024)  # noqa: S505 - the point is that it is refused
    for key in (short, generate_private_key(SECP256R1())):
        with pytest.raises(UnusableKey):
            load_public(pem(key.public_key()))


def test_a_cluster(honest: Peer) -> None:
    """A node's cluster actor is read with its collections."""
    document = honest.actor(
        kind=["FormalOrganization", "Cluster"],
        endpoints={"sharedInbox": "https://v.example/inbox"},
        followers=f"{honest.iri}/followers",
        changes=f"{honest.iri}/changes",
        network=f"{honest.iri}/network",
        members="https://v.example/members",
        concepts="https://v.example/concepts",
    )
    actor = read_actor(document, honest.iri)

    assert (actor.iri, actor.kind, actor.type) == (honest.iri, "cluster", "Organization")
    assert (actor.name, actor.handle) == ("A peer", "peer")
    assert (actor.inbox, actor.shared_inbox) == (f"{honest.iri}/inbox", "https://v.example/inbox")
    assert actor.outbox == f"{honest.iri}/outbox"
    assert (actor.changes, actor.network) == (f"{honest.iri}/changes", f"{honest.iri}/network")
    assert (actor.members, actor.concepts) == (document["members"], document["concepts"])
    assert [key.key_id for key in actor.keys] == [honest.key_id]
    assert actor.document == document


def test_somebody_on_mastodon(honest: Peer) -> None:
    """Any other actor is of kind other; type arrays and missing names do no harm."""
    document = honest.actor(type=["Person", "Thing"], name=None, nameMap={"nb": "Navn"})
    actor = read_actor(document, honest.iri)

    assert (actor.kind, actor.type, actor.name) == ("other", "Person", "Navn")


def test_addresses_elsewhere(honest: Peer) -> None:
    """Collections and a shared inbox on other servers are left out; an inbox there is refused."""
    actor = read_actor(
        honest.actor(
            outbox="https://e.example/outbox",
            endpoints={"sharedInbox": "https://e.example/inbox"},
            changes="https://e.example/changes",
        ),
        honest.iri,
    )
    assert (actor.outbox, actor.shared_inbox, actor.changes) == (None, None, None)

    with pytest.raises(ForbiddenOrigin):
        read_actor(honest.actor(inbox="https://e.example/inbox"), honest.iri)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": 7},
        {"id": "https://v.example/alice#me"},
        {"id": "urn:x:y"},
        {"@id": "https://v.example/bob"},
        {"inbox": None},
        {"inbox": ["https://v.example/alice/inbox"]},
    ],
)
def test_no_actor(honest: Peer, changes: dict[str, Any]) -> None:
    """A document without one id and one inbox is no actor."""
    with pytest.raises(MalformedRequest):
        read_actor(honest.actor(**changes), honest.iri)


def test_several_keys(honest: Peer, rsa_pairs: list[KeyPair]) -> None:
    """publicKey may be an array; Multikeys of assertionMethod are read beside it."""
    listed = honest.actor()["publicKey"]
    multikey = {
        "id": f"{honest.iri}#ed25519-key",
        "type": ["Multikey"],
        "controller": honest.iri,
        "publicKeyMultibase": ED25519_MULTIKEY,
    }
    bad = [
        None,
        "https://v.example/alice#main-key",
        listed | {"owner": "https://v.example/bob"},
        listed | {"id": "https://e.example/alice#main-key"},
        listed | {"publicKeyPem": "x"},
        {key: value for key, value in listed.items() if key != "owner"},
    ]
    bad_multikeys = [
        "z6Mk",
        multikey | {"controller": "https://v.example/bob"},
        multikey | {"publicKeyMultibase": ED25519_MULTIKEY[1:]},
        {key: value for key, value in multikey.items() if key != "type"},
    ]
    second = listed | {"id": f"{honest.iri}#second", "publicKeyPem": rsa_pairs[1].public}
    actor = read_actor(
        honest.actor(publicKey=[*bad, listed, second], assertionMethod=[*bad_multikeys, multikey]),
        honest.iri,
    )

    assert [(key.key_id.rpartition("#")[2], key.algorithm) for key in actor.keys] == [
        ("main-key", "rsa"),
        ("second", "rsa"),
        ("ed25519-key", "ed25519"),
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("https://v.example/alice"),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["id", "type", "owner", "controller", "publicKeyPem", "sharedInbox"]),
            inner,
        )
    ),
    max_leaves=10,
)
FIELDS = ["id", "inbox", "type", "kind", "name", "nameMap", "endpoints", "publicKey"]


@given(
    st.dictionaries(st.sampled_from([*FIELDS, "assertionMethod", "preferredUsername"]), ANYTHING)
)
def test_raises_its_own_errors_only(document: dict[str, Any]) -> None:
    """Any JSON object is an actor or refused."""
    document = {"id": "https://v.example/alice", "inbox": "https://v.example/inbox"} | document
    try:
        actor = read_actor(document, "https://v.example/alice")
    except FederationError:
        return
    assert actor.iri.startswith("https://v.example/")
