// An ActivityPub server made with Fedify: one actor, /users/kari, that does what it is told by
// POST to /control/{verb} and remembers every activity that Fedify verified and parsed.
import { createServer } from "node:http";
import { once } from "node:events";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Agreement, Announce, Commitment, Create, Delete, Document, Follow, Intent,
  isActor, Measure, Note, Offer, Person, Proposal, PUBLIC_COLLECTION, Reject, Undo, Update,
} from "@fedify/vocab";
import { parseDecimal } from "@fedify/vocab-runtime";

const KARI = "kari";
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5")];
const received = [];
// Every signed request that came in or went out: way, method, form of signature, status.
const exchanged = [];
let firstFollow = null;
let numbers = 0;

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, options) => {
  const request = new Request(input, options);
  const noted = { way: "out", method: request.method, form: formOf(request.headers) };
  const response = await realFetch(request);
  if (noted.form) exchanged.push({ ...noted, status: response.status });
  return response;
};

const server = createServer(answer);
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
const base = new URL(`http://127.0.0.1:${server.address().port}/`);

// Without a queue, sendActivity returns when the inbox has answered, and throws if it refused.
const federation = createFederation({
  kv: new MemoryKvStore(),
  allowPrivateAddress: true,
  ...(process.env.FIRST_KNOCK ? { firstKnock: process.env.FIRST_KNOCK } : {}),
});
federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    if (identifier !== KARI) return null;
    const pairs = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Kari",
      inbox: context.getInboxUri(identifier),
      outbox: context.getOutboxUri(identifier),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(() => keys);
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Activity, async (context, activity) => {
    received.push(await described(activity));
    if (activity instanceof Follow) await send(new Accept({
      id: fresh("activities"), actor: context.getActorUri(KARI), object: activity,
    }), await activity.getActor());
  });
const context = federation.createContext(base, undefined);

async function described(activity) {
  const object = await activity.getObject({ crossOrigin: "trust", suppressError: true });
  const result = await activity.getResult({ crossOrigin: "trust", suppressError: true });
  return {
    type: activity.constructor.name,
    id: activity.id?.href,
    actor: activity.actorId?.href,
    object: activity.objectId?.href,
    objectType: object?.constructor.name,
    name: object?.name?.toString(),
    content: object?.content?.toString(),
    attributedTo: object?.attributionId?.href,
    to: activity.toIds.map((iri) => iri.href),
    agreement: [object, result].filter((it) => it instanceof Agreement).map(agreed)[0],
    contexts: object instanceof Document ? object.contextIds.map((iri) => iri.href) : undefined,
  };
}

function agreed(agreement) {
  const commitment = agreement.stipulates;
  return {
    id: agreement.id?.href,
    attributedTo: agreement.attributionId?.href,
    commitment: commitment.id?.href,
    satisfies: commitment.satisfies?.href,
    unit: commitment.resourceQuantity?.unit,
    number: commitment.resourceQuantity?.numericalValue,
  };
}

function one() {
  return new Measure({ unit: "one", numericalValue: parseDecimal("1") });
}

function agreement(proposal, id, attribution) {
  const commitment = { satisfies: new URL(`${proposal}#primary`), resourceQuantity: one() };
  if (!id) return new Agreement({ stipulates: new Commitment(commitment) });
  return new Agreement({
    id, attribution,
    stipulates: new Commitment({ id: new URL("#primary", id), ...commitment }),
  });
}

function fresh(collection) {
  return new URL(`/${collection}/${++numbers}`, base);
}

async function send(activity, recipient) {
  await context.sendActivity({ identifier: KARI }, recipient, activity);
}

const verbs = {
  async lookup({ address }) {
    const found = await context.lookupObject(address);
    if (!isActor(found)) return { found: null };
    const publicKey = await found.getPublicKey();
    const methods = await Array.fromAsync(found.getAssertionMethods());
    return {
      found: found.id.href,
      type: found.constructor.name,
      name: found.name?.toString(),
      preferredUsername: found.preferredUsername?.toString(),
      inbox: found.inboxId?.href,
      sharedInbox: found.endpoints?.sharedInbox?.href,
      publicKey: publicKey?.id?.href,
      keyAlgorithm: publicKey?.publicKey?.algorithm.name,
      assertionMethods: methods.map((method) => method.id.href),
    };
  },
  async follow({ address }) {
    const followed = await context.lookupObject(address);
    firstFollow = new Follow({
      id: fresh("activities"), actor: context.getActorUri(KARI), object: followed.id,
    });
    await send(firstFollow, followed);
    return { id: firstFollow.id.href };
  },
  async undo({ address }) {
    const undo = new Undo({
      id: fresh("activities"), actor: context.getActorUri(KARI), object: firstFollow,
    });
    await send(undo, await context.lookupObject(address));
    return { id: undo.id.href };
  },
  async create({ address, content }) {
    const note = new Note({
      id: fresh("notes"), attribution: context.getActorUri(KARI), content,
      to: PUBLIC_COLLECTION,
    });
    const create = new Create({
      id: fresh("activities"), actor: context.getActorUri(KARI), object: note,
      to: PUBLIC_COLLECTION,
    });
    await send(create, await context.lookupObject(address));
    return { id: create.id.href, note: note.id.href };
  },
  async propose({ address, name }) {
    const id = fresh("proposals");
    const proposal = new Proposal({
      id, attribution: context.getActorUri(KARI), purpose: "offer", name, to: PUBLIC_COLLECTION,
      publishes: new Intent({
        id: new URL("#primary", id), action: "transfer", resourceQuantity: one(),
      }),
    });
    const create = new Create({
      id: fresh("activities"), actor: context.getActorUri(KARI), object: proposal,
      to: PUBLIC_COLLECTION,
    });
    await send(create, await context.lookupObject(address));
    return { id: create.id.href, proposal: id.href };
  },
  async interest({ address, proposal }) {
    const cluster = await context.lookupObject(address);
    const offer = new Offer({
      id: fresh("activities"), actor: context.getActorUri(KARI), to: cluster.id,
      content: "<p>Vi er interessert.</p>", object: agreement(proposal),
    });
    await send(offer, cluster);
    return { id: offer.id.href };
  },
  async agree({ address, proposal, offer }) {
    const cluster = await context.lookupObject(address);
    const id = fresh("agreements");
    const accept = new Accept({
      id: fresh("activities"), actor: context.getActorUri(KARI), to: cluster.id,
      object: new URL(offer), result: agreement(proposal, id, context.getActorUri(KARI)),
    });
    await send(accept, cluster);
    return { id: accept.id.href, agreement: id.href };
  },
  async confirm({ address, agreement: about }) {
    const cluster = await context.lookupObject(address);
    const create = new Create({
      id: fresh("activities"), actor: context.getActorUri(KARI), to: cluster.id,
      object: new Document({
        id: fresh("receipts"), attribution: context.getActorUri(KARI), to: cluster.id,
        contexts: [new URL(about)],
      }),
    });
    await send(create, cluster);
    return { id: create.id.href };
  },
  received: async () => received,
  exchanged: async () => exchanged,
};

async function answer(incoming, outgoing) {
  const url = new URL(incoming.url, base);
  try {
    if (url.pathname.startsWith("/control/")) {
      const verb = verbs[url.pathname.slice("/control/".length)];
      const told = await verb(JSON.parse(await bodyOf(incoming)));
      outgoing.writeHead(200, { "Content-Type": "application/json" });
      outgoing.end(JSON.stringify(told));
      return;
    }
    const request = await requestOf(incoming, url);
    const form = formOf(request.headers);
    const refused = process.env.ONLY_RFC9421 && form === "cavage";
    const response = refused
      ? new Response("RFC 9421 only", { status: 401 })
      : await federation.fetch(request, {});
    if (form) exchanged.push({ way: "in", method: request.method, form, status: response.status });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    outgoing.writeHead(500, { "Content-Type": "text/plain" });
    outgoing.end(String(error.stack ?? error));
  }
}

function formOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  return headers.has("signature") ? "cavage" : null;
}

async function bodyOf(incoming) {
  return Buffer.concat(await Array.fromAsync(incoming));
}

async function requestOf(incoming, url) {
  const body = ["GET", "HEAD"].includes(incoming.method) ? undefined : await bodyOf(incoming);
  return new Request(url, { method: incoming.method, headers: incoming.headers, body });
}

process.on("SIGTERM", () => process.exit(0));
console.log(base.href);
