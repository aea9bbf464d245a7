// Run every test against an actor: `run.mjs ACTOR [AUTHORIZATION]`. Prints, as JSON, the outcome
// and the reason of each. The suite's own command loads a context from the internet to print.
import { ActorUrlTestRun } from "activitypub-testing/test-actor";

const [actor, authorization] = process.argv.slice(2);
const quiet = { ...console, debug() {}, log() {}, info() {}, warn() {} };
const results = [];
for await (const assertion of new ActorUrlTestRun(new URL(actor), { authorization, console: quiet })) {
  const { test, result } = assertion;
  results.push({ test: test.slug, outcome: result.outcome, info: result.info ?? "" });
}
console.log(JSON.stringify(results.sort((a, b) => a.test.localeCompare(b.test))));
process.exit(0);
