"""Holds what the running service says in FHIR to FHIR R4, with two libraries that know nothing of this service or of each other.

Every question set is read in every language and validated. From the Questionnaire alone, as a program of another house would have it,
answers are made, conditions followed, and a QuestionnaireResponse posted, read back, listed and validated. What breaks the conditions has
to be refused with an OperationOutcome that names the element.
"""

import json
import os
import random
import urllib.error
import urllib.request

import fhir.resources
from fhir.resources import construct_fhir_element
from fhirclient.models import bundle, operationoutcome, questionnaire, questionnaireresponse

BASE = os.environ["RECIPROCITY_URL"]
FHIR = "application/fhir+json"
LANGUAGES = ["en", "de", "es", "fr", "pt-BR"]
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
SMART = {
    "Bundle": bundle.Bundle,
    "OperationOutcome": operationoutcome.OperationOutcome,
    "Questionnaire": questionnaire.Questionnaire,
    "QuestionnaireResponse": questionnaireresponse.QuestionnaireResponse,
}

assert fhir.resources.__fhir_version__ == "4.0.1", "these are not the models of R4"
choose = random.Random(20260301)


def ask(method, path, token=None, body=None, **headers):
    """Status, headers and body of an answer."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers.setdefault("Accept", FHIR)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        headers.setdefault("Content-Type", FHIR)
        data = json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.load(refused)


def fetched(path, token=None, **headers):
    status, told, body = ask("GET", path, token, **headers)
    assert status == 200, (path, status, body)
    assert told["Content-Type"] == FHIR, (path, told["Content-Type"])
    return body


def without_besides(value):
    """The same without what stands beside primitive values: fhirclient reads past it."""
    if isinstance(value, dict):
        return {name: without_besides(inner) for name, inner in value.items() if not name.startswith("_")}
    return [without_besides(inner) for inner in value] if isinstance(value, list) else value


def validated(resource):
    """The resource, if both libraries take it for what it says it is, and give back all of it."""
    kind = resource["resourceType"]
    model = construct_fhir_element(kind, resource)
    assert as_read(json.loads(model.json())) == as_read(resource), f"fhir.resources reads another {kind}"
    smart = SMART[kind](without_besides(resource), strict=True)
    assert as_read(smart.as_json()) == as_read(without_besides(resource)), f"fhirclient reads another {kind}"
    return resource


def as_read(value):
    """Moments may be written in several ways, and 1.0 is 1."""
    if isinstance(value, dict):
        return {name: as_read(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_read(inner) for inner in value]
    if isinstance(value, str) and value.endswith("+00:00"):
        return value.removesuffix("+00:00") + "Z"
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


# --- Questionnaires ----------------------------------------------------------------------------------------------


def check_conditions(questions):
    """What R4 asks of items beyond their form (que-2, que-3, que-7, que-12), and that each condition can come true."""
    before = {}
    for item in questions["item"]:
        assert item["linkId"] not in before, "a linkId stands twice"
        assert item["type"] == "display" or item["answerOption"], "a choice without options"
        conditions = item.get("enableWhen", [])
        assert len(conditions) < 2 or "enableBehavior" in item, "several conditions, and not how they work together"
        for condition in conditions:
            options = before[condition["question"]]["answerOption"]
            codes = [(option["valueCoding"]["system"], option["valueCoding"]["code"]) for option in options]
            assert (condition["answerCoding"]["system"], condition["answerCoding"]["code"]) in codes, "no such answer"
        before[item["linkId"]] = item


def translations(element):
    inner = [one["extension"] for one in element["extension"]]
    return {part[0]["valueCode"]: part[1]["valueString"] for part in inner}


def check_languages(all_languages):
    """Each document says in every other language what the document of that language says itself."""
    for language, one in all_languages.items():
        assert one["language"] == language, (one["url"], language)
        for other, another in all_languages.items():
            if other != language:
                assert translations(one["_title"])[other] == another["title"]
                for mine, theirs in zip(one["item"], another["item"], strict=True):
                    assert translations(mine["_text"])[other] == theirs["text"], (one["url"], mine["linkId"], other)


# --- responses ---------------------------------------------------------------------------------------------------


def asked(item, given):
    """Whether a question is asked after these answers: R4's own rule, worked out here a second time."""
    met = [given.get(condition["question"]) == condition["answerCoding"]["code"] for condition in item.get("enableWhen", [])]
    return not met or (all if item.get("enableBehavior") == "all" else any)(met)


def answered(questions, open_gates):
    """A QuestionnaireResponse made from the Questionnaire and nothing else."""
    gates = {condition["question"]: condition["answerCoding"]["code"] for item in questions["item"] for condition in item.get("enableWhen", [])}
    given, items = {}, []
    for item in questions["item"]:
        if item["type"] == "display" or not asked(item, given):
            continue
        options = [option["valueCoding"] for option in item["answerOption"]]
        chosen = choose.choice(options)
        if item["linkId"] in gates:
            fits = [option for option in options if (option["code"] == gates[item["linkId"]]) == open_gates]
            chosen = choose.choice(fits)
        elif choose.random() < 0.2:
            reason = choose.choice(["unknown", "asked-declined"])
            items.append({"linkId": item["linkId"], "answer": [{"extension": [{"url": ABSENT, "valueCode": reason}]}]})
            continue
        given[item["linkId"]] = chosen["code"]
        coding = {name: chosen[name] for name in ["system", "code", "display"]}
        items.append({"linkId": item["linkId"], "text": item["text"], "answer": [{"valueCoding": coding}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{questions['url']}|{questions['version']}",
        "status": "completed",
        "authored": "2026-03-01T20:15:00+01:00",
        "item": items,
    }


def essence(response):
    """What was answered, without labels."""

    def of(answer):
        if "valueCoding" in answer:
            return (answer["valueCoding"]["system"], answer["valueCoding"]["code"])
        return next(one["valueCode"] for one in answer["extension"] if one["url"] == ABSENT)

    return {item["linkId"]: of(item["answer"][0]) for item in response.get("item", [])}


def refused(status, wanted, body, path):
    assert status == wanted, (status, body)
    validated(body)
    assert body["issue"][0]["expression"] == [path], body
    return body


def check_refusals(place, token, questions, response):
    """What a program of another house may get wrong."""
    gated = [item for item in questions["item"] if item.get("enableWhen")]
    if gated:
        closed = answered(questions, open_gates=False)
        option = {name: gated[0]["answerOption"][0]["valueCoding"][name] for name in ["system", "code"]}
        closed["item"].append({"linkId": gated[0]["linkId"], "answer": [{"valueCoding": option}]})
        status, _, body = ask("POST", place, token, validated(closed))
        refused(status, 422, body, f"QuestionnaireResponse.item[{len(closed['item']) - 1}].linkId")
    wrong = json.loads(json.dumps(response))
    index = next(index for index, item in enumerate(wrong["item"]) if "valueCoding" in item["answer"][0])
    wrong["item"][index]["answer"][0]["valueCoding"]["code"] = "no-such-code"
    status, _, body = ask("POST", place, token, validated(wrong))
    refused(status, 422, body, f"QuestionnaireResponse.item[{index}].answer[0].value.code")


def session():
    json_form = {"Accept": "application/json", "Content_Type": "application/json"}
    _, _, account = ask("POST", "/v1/accounts", body={"password": "seven quiet green lamps"}, **json_form)
    secret = {"handle": account["handle"], "password": "seven quiet green lamps"}
    _, _, made = ask("POST", "/v1/sessions", body=secret, **json_form)
    _, _, tie = ask("POST", "/v1/relationships", made["access_token"], {"alias": "Sam", "kind": "friend"}, **json_form)
    return made["access_token"], f"/v1/relationships/{tie['id']}/responses"


def main():
    token, place = session()
    found = validated(fetched("/v1/question-sets"))
    sets = [entry["resource"]["id"] for entry in found["entry"]]
    assert found["total"] == len(sets) and len(sets) >= 6, sets
    posted, branching = [], 0
    for slug in sets:
        in_all = {language: validated(fetched(f"/v1/question-sets/{slug}", Accept_Language=language)) for language in LANGUAGES}
        check_languages(in_all)
        for questions in in_all.values():
            check_conditions(questions)
        branching += any("enableWhen" in item for item in in_all["en"]["item"])
        for index, open_gates in enumerate([True, False]):
            response = answered(in_all[LANGUAGES[index]], open_gates)
            status, headers, stored = ask("POST", place, token, validated(response))
            assert status == 201, (slug, status, stored)
            assert essence(validated(stored)) == essence(response), slug
            assert fetched(headers["Location"], token) == stored, slug
            posted.append(stored)
        check_refusals(place, token, in_all["en"], response)
    assert branching > 0, "no set has a question that depends on another"
    listed = validated(fetched(f"{place}?limit=200", token))
    by_id = {entry["resource"]["id"]: entry["resource"] for entry in listed["entry"]}
    assert by_id == {stored["id"]: stored for stored in posted}
    for status, path in [(404, "/v1/question-sets/no-such-set"), (401, place), (400, "/v1/question-sets/family-check?version=0")]:
        told, _, body = ask("GET", path)
        assert told == status, (path, told)
        validated(body)
    print(f"{len(sets)} sets in {len(LANGUAGES)} languages, {branching} of them with conditions; {len(posted)} responses.")


main()
