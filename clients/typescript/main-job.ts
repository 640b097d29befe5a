/**
 * The main job with a generated client: an account, a relationship, what happened in it, answers, an assessment.
 *
 *   openapi-typescript http://127.0.0.1:8080/openapi.json --default-non-nullable=false -o reciprocity.d.ts
 *   tsc -p . && RECIPROCITY_URL=http://127.0.0.1:8080 node out/main-job.js
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./reciprocity.js";

// What is read here: question sets and responses also travel as FHIR, which is other types.
type Json = "application/json" | "application/problem+json";
type Api = Client<paths, Json>;
type Interaction = components["schemas"]["CreateInteraction"];
type Problem = components["schemas"]["Problem"];

const baseUrl = process.env["RECIPROCITY_URL"] ?? "http://127.0.0.1:8080";
const password = "seven quiet green lamps";

/** What a call brought back, or the problem as an error. */
function must<T>(answer: { data?: T; error?: Problem; response: Response }): NonNullable<T> {
  if (answer.error !== undefined) throw new Error(`${answer.error.code}: ${answer.error.detail} (${answer.error.request_id})`);
  assert(answer.data != null, `status ${answer.response.status} came without a body`);
  return answer.data;
}

/** A client that is signed in as somebody new. */
async function signedIn(): Promise<Api> {
  const visitor = createClient<paths, Json>({ baseUrl });
  const account = must(await visitor.POST("/v1/accounts", { body: { password, locale: "en", time_zone: "Europe/Berlin" } }));
  assert((account.recovery_code ?? "").length > 20);
  const session = must(await visitor.POST("/v1/sessions", { body: { handle: account.handle, password, label: "main job" } }));
  return createClient<paths, Json>({ baseUrl, headers: { Authorization: `Bearer ${session.access_token}` } });
}

async function addRelationship(api: Api): Promise<string> {
  const added = must(await api.POST("/v1/relationships", { body: { alias: "K.", kind: "friend" } }));
  const list = must(await api.GET("/v1/relationships", { params: { query: { kind: "friend" } } }));
  assert.deepEqual(list.data.map((relationship) => relationship.alias), ["K."]);
  return added.id;
}

/** What a client holds is not sent again; what it changes names the version it knows. */
async function changeOneself(api: Api, relationship_id: string): Promise<void> {
  const path = { relationship_id };
  const read = await api.GET("/v1/relationships/{relationship_id}", { params: { path } });
  const etag = read.response.headers.get("ETag") ?? "";
  const again = await api.GET("/v1/relationships/{relationship_id}", { params: { path, header: { "If-None-Match": etag } } });
  assert.equal(again.response.status, 304);
  const change = { body: { label: "from the choir" }, headers: { "Content-Type": "application/merge-patch+json" } };
  const header = { "If-Match": etag };
  const changed = must(await api.PATCH("/v1/relationships/{relationship_id}", { params: { path, header }, ...change }));
  assert.equal(changed.label, "from the choir");
  const late = await api.PATCH("/v1/relationships/{relationship_id}", { params: { path, header }, ...change });
  assert.equal(late.error?.code, "precondition_failed");
}

async function logOne(api: Api, relationship_id: string): Promise<void> {
  const interaction: Interaction = { id: randomUUID(), actor: "them", dimension: "emotional_support", effort: 3, felt_heard: 4 };
  const params = { path: { relationship_id }, header: { "Idempotency-Key": randomUUID() } };
  const first = await api.POST("/v1/relationships/{relationship_id}/interactions", { params, body: interaction });
  assert.equal(first.response.status, 201);
  const retry = await api.POST("/v1/relationships/{relationship_id}/interactions", { params, body: interaction });
  assert.equal(must(retry).id, must(first).id);
  const [{ pointer } = { pointer: "" }] = await refusal(api, relationship_id);
  assert.equal(pointer, "/effort");
}

/** A bad request is told of member by member. */
async function refusal(api: Api, relationship_id: string): Promise<components["schemas"]["FieldProblem"][]> {
  const params = { path: { relationship_id } };
  const body: Interaction = { actor: "me", dimension: "repair", effort: 9 };
  const { error, response } = await api.POST("/v1/relationships/{relationship_id}/interactions", { params, body });
  assert.equal(response.status, 422);
  assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  assert.equal(error?.code, "validation_failed");
  return error.errors ?? [];
}

/** Sixty days of a tie in which one gives and the other takes, and one item that belongs nowhere. */
async function logMany(api: Api, relationship_id: string): Promise<void> {
  const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString();
  const dimensions = ["initiation", "emotional_support", "practical_help"] as const;
  const entry = (index: number): Interaction => ({
    actor: index % 5 === 0 ? "them" : "me",
    dimension: dimensions[index % dimensions.length] ?? "initiation",
    occurred_at: day(1 + index),
    effort: 3,
  });
  const items = Array.from({ length: 60 }, (_, index) => ({ relationship_id, interaction: entry(index) }));
  items.push({ relationship_id: randomUUID(), interaction: entry(0) });
  const batch = must(await api.POST("/v1/interactions/batch", { body: { items } }));
  assert.deepEqual([batch.created, batch.refused], [60, 1]);
  assert.equal(batch.results[60]?.status, 404);
}

/** Every page of a list, by its cursor. */
async function countInteractions(api: Api, relationship_id: string): Promise<number> {
  let [count, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const query: { limit: number; cursor?: string } = { limit: 25, ...(cursor === undefined ? {} : { cursor }) };
    const page = must(await api.GET("/v1/relationships/{relationship_id}/interactions", { params: { path: { relationship_id }, query } }));
    count += page.data.length;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return count;
}

/** Fetches the questions for friends and gives the first answer to each that is always asked. */
async function answerQuestions(api: Api, relationship_id: string): Promise<void> {
  const { data } = must(await api.GET("/v1/question-sets", { params: { query: { kind: "friend", purpose: "overview" } } }));
  const slug = data[0]?.slug ?? "";
  const set = must(await api.GET("/v1/question-sets/{slug}", { params: { path: { slug }, header: { "Accept-Language": "en" } } }));
  const first = new Map(set.scales.map((scale) => [scale.id, scale.options[0]?.value ?? 0]));
  const asked = set.items.filter((item) => item.enable_when === undefined);
  const answers = asked.map((item) => ({ item: item.id, value: first.get(item.scale) ?? 0 }));
  const body = { question_set: slug, version: set.version, answers, status: "completed" as const };
  const given = must(await api.POST("/v1/relationships/{relationship_id}/responses", { params: { path: { relationship_id } }, body }));
  assert.equal(given.status, "completed");
  assert(given.scores !== undefined);
}

async function assess(api: Api, relationship_id: string): Promise<components["schemas"]["Assessment"]> {
  const params = { path: { relationship_id } };
  const made = must(await api.POST("/v1/relationships/{relationship_id}/assessments", { params, body: { window_days: 90 } }));
  const path = { relationship_id, assessment_id: made.id };
  const read = await api.GET("/v1/relationships/{relationship_id}/assessments/{assessment_id}", { params: { path } });
  assert.deepEqual(must(read), made);
  return made;
}

const api = await signedIn();
const relationship = await addRelationship(api);
await changeOneself(api, relationship);
await logOne(api, relationship);
await logMany(api, relationship);
assert.equal(await countInteractions(api, relationship), 61);
await answerQuestions(api, relationship);
const assessment = await assess(api, relationship);
assert.equal(assessment.dimensions.length, 8);
assert.notEqual(assessment.overall.state, "insufficient_evidence");
await api.DELETE("/v1/account");
assert.equal((await api.GET("/v1/account")).response.status, 401);
console.log(`TypeScript: overall ${assessment.overall.state}, ${assessment.dimensions.length} dimensions, as of ${assessment.as_of}`);
