// Renders a Questionnaire of the running service with LHC-Forms in a browser, as another house would, and acts as a person: questions that
// depend on another are hidden, appear once that one is answered so, and go again. What the form then hands over is a QuestionnaireResponse,
// which the service takes.
//
//   node render.mjs PACKAGES CHROMIUM SLUG LANGUAGE
//
// PACKAGES holds the unpacked lforms and playwright-core.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';

const [packages, executablePath, slug, language] = process.argv.slice(2);
const base = process.env.RECIPROCITY_URL;
const fhir = 'application/fhir+json';
const lforms = `${packages}/lforms/dist/lforms`;
const { chromium } = await import(pathToFileURL(`${packages}/playwright-core/index.mjs`).href);

async function ask(path, { token, type, body, language = 'en', accept = fhir } = {}) {
  const headers = { accept, 'accept-language': language };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers['content-type'] = type ?? fhir;
  const answer = await fetch(base + path, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) });
  const told = await answer.json();
  assert.ok(answer.ok, `${path}: ${answer.status} ${JSON.stringify(told)}`);
  return told;
}

async function ownRelationship() {
  const json = { type: 'application/json', accept: 'application/json' };
  const password = 'seven quiet green lamps';
  const { handle } = await ask('/v1/accounts', { ...json, body: { password } });
  const { access_token: token } = await ask('/v1/sessions', { ...json, body: { handle, password } });
  const tie = await ask('/v1/relationships', { ...json, token, body: { alias: 'Sam', kind: 'friend' } });
  return { token, place: `/v1/relationships/${tie.id}/responses` };
}

const questionnaire = await ask(`/v1/question-sets/${slug}`, { language });
const questions = questionnaire.item.filter((item) => item.type !== 'display');
const gated = questions.filter((item) => item.enableWhen);
assert.ok(gated.length > 0, 'the set has no question that depends on another');
// Every question that opens others, with the answer that opens them, one that does not, and what lies behind it.
const gates = questions
  .filter((item) => gated.some((behind) => behind.enableWhen[0].question === item.linkId))
  .map((gate) => {
    const behind = gated.filter((item) => item.enableWhen[0].question === gate.linkId);
    const opening = behind[0].enableWhen[0].answerCoding.code;
    const coding = (fits) => gate.answerOption.find((option) => fits(option.valueCoding.code)).valueCoding;
    return { gate, behind, opening: coding((code) => code === opening), closing: coding((code) => code !== opening) };
  });

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  // Nothing is fetched from anywhere: what the form needs is put into the page.
  await page.route('**/*', (route) => route.abort());
  await page.setContent('<!doctype html><html><body><div id="form"></div></body></html>');
  for (const file of ['webcomponent/assets/lib/zone.min.js', 'webcomponent/lhc-forms.js', 'fhir/R4/lformsFHIR.min.js']) {
    await page.addScriptTag({ path: `${lforms}/${file}` });
  }
  const problem = await page.evaluate(async (resource) => {
    const converted = window.LForms.Util.convertFHIRQuestionnaireToLForms(resource, 'R4');
    await window.LForms.Util.addFormToPage(converted, 'form', { prepopulate: false });
    return null;
  }, questionnaire);
  assert.equal(problem, null);

  const shown = (text) => page.getByText(text, { exact: true });
  const visible = async (items) => {
    const seen = [];
    for (const item of items) if (await shown(item.text).first().isVisible()) seen.push(item.linkId);
    return seen;
  };
  const all = (items) => items.map((item) => item.linkId);
  const answer = async (item, coding) => {
    const group = page.locator('.lhc-item', { has: shown(item.text) }).last();
    // The form may write what an answer counts behind its label; the code is in the label's id.
    const option = group.locator(`label[id$="|${coding.system}|${coding.code}"]`);
    assert.ok((await option.innerText()).startsWith(coding.display), 'the label stands there in the reader\'s language');
    await option.click();
  };

  await shown(questions[0].text).first().waitFor();
  const open = questions.filter((item) => !item.enableWhen);
  assert.deepEqual(await visible(open), all(open), 'every question that depends on nothing is there');
  assert.ok(await shown(questionnaire.item[0].text).first().isVisible(), 'and what is read before them');
  assert.deepEqual(await visible(gated), [], 'and none that depends on another');

  for (const { gate, behind, opening, closing } of gates) {
    await answer(gate, closing);
    assert.deepEqual(await visible(behind), [], `${gate.linkId}: the other answer leaves them closed`);
    await answer(gate, opening);
    await shown(behind[0].text).first().waitFor();
    assert.deepEqual(await visible(gated), all(behind), `${gate.linkId}: the fitting answer opens them all, and no others`);
    await answer(gate, closing);
    await shown(behind[0].text).first().waitFor({ state: 'hidden' });
    assert.deepEqual(await visible(gated), [], `${gate.linkId}: and they go again`);
  }

  const expected = {};
  for (const { gate, behind, opening } of gates) {
    await answer(gate, opening);
    await shown(behind[0].text).first().waitFor();
    const chosen = behind[0].answerOption[1].valueCoding;
    await answer(behind[0], chosen);
    Object.assign(expected, { [gate.linkId]: opening.code, [behind[0].linkId]: chosen.code });
  }
  const handedOver = await page.evaluate(() => window.LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4'));
  const { token, place } = await ownRelationship();
  const stored = await ask(place, { token, body: handedOver });
  const codes = Object.fromEntries(stored.item.map((item) => [item.linkId, item.answer[0].valueCoding.code]));
  assert.deepEqual(codes, expected);
  const behind = gates.map((one) => `${one.behind.length} behind ${one.gate.linkId}`).join(', ');
  console.log(`${slug} in ${language}: ${open.length} questions shown, ${behind}.`);
} finally {
  await browser.close();
}
