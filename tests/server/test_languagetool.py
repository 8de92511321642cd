"""LanguageTool's HTTP API, as its clients use it."""

from __future__ import annotations

import json
from typing import Any

import pytest

TEXT = "A 😀 dying march in 𝒞, of the final week and really nothing else."


def places(matches: list[dict[str, Any]], text: str) -> list[str]:
    """What the matches mark, cut out as a client that counts in UTF-16 does."""
    units = text.encode("utf-16-le")
    return [units[2 * m["offset"] : 2 * (m["offset"] + m["length"])].decode("utf-16-le") for m in matches]


def test_language_tool_python_gets_matches_and_corrects_with_them(server: Any) -> None:
    client = pytest.importorskip("language_tool_python")
    with client.LanguageTool("en-US", remote_server=server.url.rstrip("/")) as tool:
        matches = tool.check("It was the dying march of the final week.")
        assert [(m.matched_text, m.replacements[0], m.rule_id) for m in matches] == [
            ("dying march", "death march", "MT101"),
            ("final week", "last week", "MT101"),
        ]
        assert [m.rule_issue_type for m in matches] == ["mistranslation", "mistranslation"]
        assert (
            tool.correct("It was the dying march 😀 of the final week.")
            == "It was the death march 😀 of the last week."
        )
        tool.picky = True
        assert len(tool.check("It is really nothing.")) == 1
        tool.disabled_rules = {"MT101"}
        assert tool.check("It was the dying march of the final week.") == []


def test_offsets_are_utf16_units(server: Any) -> None:
    matches = server.check(TEXT).json()["matches"]
    assert places(matches, TEXT) == ["dying march", "final week"]
    for match in matches:
        assert places([match["context"]], match["context"]["text"]) == places([match], TEXT)


def test_what_clients_read_as_if_always_present_is(server: Any) -> None:
    answer = server.check(TEXT).json()
    assert answer["language"]["detectedLanguage"]["confidence"] == 1.0
    assert answer["warnings"] == {"incompleteResults": False}
    for match in answer["matches"]:
        assert match["shortMessage"]
        assert match["sentence"] == TEXT
        assert match["type"]["typeName"] == "Other"
        assert match["rule"]["category"] == {"id": "SEMANTICS", "name": "Semantics"}
        assert {"contextForSureMatch", "ignoreForIncompleteSentence", "replacements"} <= set(match)
    assert places([{"offset": a, "length": b - a} for a, b in answer["sentenceRanges"]], TEXT) == [TEXT]


def test_offsets_count_markup_and_what_it_reads_as_is_checked(server: Any) -> None:
    parts = [
        {"text": "A dying"},
        {"markup": "<br/>", "interpretAs": " "},
        {"text": "march 😀"},
        {"markup": "<i>"},
        {"text": "of the final week"},
        {"markup": "</i>"},
    ]
    source = "".join(part.get("text", "") + part.get("markup", "") for part in parts)
    answer = server.post("v2/check", data={"data": json.dumps({"annotation": parts}), "language": "en"}).json()
    assert places(answer["matches"], source) == ["dying<br/>march", "final week"]
    # Its wording would throw away the line break.
    assert [len(match["replacements"]) for match in answer["matches"]] == [0, 1]


def test_text_may_stand_in_data(server: Any) -> None:
    answer = server.post("v2/check", data={"data": '{"text": "final week \\ud800"}', "language": "en"})
    assert len(answer.json()["matches"]) == 1


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["dying march", "final week"]),
        ({"level": "picky"}, ["dying march", "final week", "really"]),
        ({"disabledRules": "MT101,FOO"}, []),
        ({"disabledCategories": "SEMANTICS"}, []),
        ({"disabledCategories": "SEMANTICS", "enabledRules": "MT101"}, ["dying march", "final week"]),
        ({"enabledOnly": "true", "enabledCategories": "SEMANTICS"}, ["dying march", "final week"]),
        ({"enabledOnly": "yes", "enabledRules": "MT201"}, []),
        ({"mode": "textLevelOnly"}, []),
        ({"mode": "allButTextLevelOnly"}, ["dying march", "final week"]),
        ({"preferredVariants": "", "motherTongue": "de", "unheardOf": "1"}, ["dying march", "final week"]),
        ({"language": "auto", "preferredVariants": "de-DE,en-GB"}, ["dying march", "final week"]),
    ],
)
def test_switches_choose_matches(server: Any, parameters: dict[str, str], found: list[str]) -> None:
    assert places(server.check(TEXT, **parameters).json()["matches"], TEXT) == found


def test_an_automatic_language_is_detected(server: Any) -> None:
    english = server.check("The government said on Friday that it would not go.", language="auto").json()["language"]
    assert english["detectedLanguage"]["code"] == "en-US"
    german = server.check("Die Regierung sagte am Freitag, dass sie nicht gehen werde.", language="auto").json()
    assert german["language"]["detectedLanguage"]["code"] == "de"
    assert german["matches"] == []


def test_a_compact_answer_leaves_out_what_is_large(server: Any) -> None:
    answer = server.check(TEXT, c="1").json()
    assert "software" not in answer
    assert not {"context", "sentence"} & set(answer["matches"][0])


@pytest.mark.parametrize("path", ["v2/check", "check"])
def test_get_works_with_and_without_v2(server: Any, path: str) -> None:
    answer = server.get(path, params={"text": TEXT, "language": "en-GB"}).json()
    assert places(answer["matches"], TEXT) == ["dying march", "final week"]


@pytest.mark.parametrize(
    ("parameters", "status", "said"),
    [
        ({"language": "en"}, 400, "Missing 'text' or 'data' parameter"),
        ({"text": "a"}, 400, "Missing 'language' parameter"),
        ({"text": "a", "data": "{}", "language": "en"}, 400, "Set only 'text' or 'data' parameter, not both"),
        ({"data": "{", "language": "en"}, 400, "Could not parse JSON"),
        ({"data": "[" * 100_000, "language": "en"}, 400, "Could not parse JSON"),
        ({"data": "[]", "language": "en"}, 400, "requires 'text' or 'annotation'"),
        ({"data": '{"annotation": [{"text": "a", "markup": "b"}]}', "language": "en"}, 400, "not both"),
        ({"data": '{"annotation": [{"text": "a", "interpretAs": "b"}]}', "language": "en"}, 400, "interpretAs"),
        ({"data": '{"annotation": [1]}', "language": "en"}, 400, "must be an object"),
        ({"text": "a", "language": "xx"}, 400, "'xx' is not a language code known"),
        ({"text": "a", "language": "en", "level": "high"}, 400, "Unknown value 'high' for parameter 'level'"),
        ({"text": "a", "language": "en", "mode": "x"}, 400, "'mode' must be"),
        ({"text": "a", "language": "en", "enabled": "x"}, 400, "now called 'enabledRules'"),
        ({"text": "a", "language": "en", "enabledOnly": "true"}, 400, "must specify enabled rules"),
        (
            {"text": "a", "language": "en", "enabledOnly": "true", "disabledRules": "b", "enabledRules": "c"},
            400,
            "cannot specify disabled rules",
        ),
        ({"text": "a", "language": "en", "username": "b"}, 400, "'apiKey'"),
        ({"text": "a" * 100_001, "language": "en"}, 413, "exceeds the limit of 100000 characters"),
    ],
)
def test_errors_are_sent_as_languagetool_sends_them(
    server: Any, parameters: dict[str, str], status: int, said: str
) -> None:
    answer = server.post("v2/check", data=parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("Error: ")
    assert said in answer.text


def test_the_lesser_paths_answer(server: Any) -> None:
    names = [entry["name"] for entry in server.get("v2/languages").json()]
    assert names == sorted(names)
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in server.get("v2/languages").json()
    assert server.get("v2/maxtextlength").text == "100000"
    assert server.get("v2/info").json()["software"]["apiVersion"] == 1
    assert server.get("v2/configinfo", params={"language": "en"}).json()["parameter"] == {"maxTextLength": 100000}
    assert server.get("v2/configinfo").status_code == 400
    assert (server.get("v2/nope").status_code, server.get("v2/nope").text) == (404, "Error: Unsupported action: 'nope'")


def test_accepted_words_are_kept_per_user_and_respected(start: Any) -> None:
    with start() as server:
        anna = {"username": "anna", "apiKey": "any"}
        assert server.post("v2/words/add", data={"word": "Final  Week", **anna}).json() == {"added": True}
        assert server.post("v2/words/add", data={"word": "final week", **anna}).json() == {"added": False}
        assert server.get("v2/words", params=anna).json() == {"words": ["Final Week"]}
        assert server.get("v2/words").json() == {"words": []}
        assert places(server.check(TEXT, **anna).json()["matches"], TEXT) == ["dying march"]
        assert places(server.check(TEXT).json()["matches"], TEXT) == ["dying march", "final week"]
        assert server.post("v2/words/delete", data={"word": "final week", **anna}).json() == {"deleted": True}
        assert server.post("v2/words/delete", data={"word": "final week", **anna}).json() == {"deleted": False}
        assert places(server.check(TEXT, **anna).json()["matches"], TEXT) == ["dying march", "final week"]
        batch = {"mode": "batch", "words": "one two one"}
        assert server.post("v2/words/add", data=batch).json() == {"added": True}
        assert server.get("v2/words", params={"limit": "1", "offset": "1"}).json() == {"words": ["two"]}
        assert server.post("v2/words/add", data={}).status_code == 400
        assert server.post("v2/words/add", data={"word": " "}).status_code == 400
        assert server.get("v2/words", params={"limit": "-1"}).status_code == 400
