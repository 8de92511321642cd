"""The server around its APIs: its own API, limits, doors, logs, and clients that misbehave."""

from __future__ import annotations

import json
import signal
import socket
import time
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from mtcheck.reports.json import verdict_entry

DRAFT = "It was a dying march.\nIn the final week 😀 of it."


def send(server: Any, *parts: bytes, pause: float = 0.0) -> socket.socket:
    connection = socket.create_connection(server.address, timeout=30)
    for part in parts:
        connection.sendall(part)
        time.sleep(pause)
    return connection


def head(length: int | None = None, path: str = "/v2/check", kind: str = "application/x-www-form-urlencoded") -> bytes:
    sizes = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{sizes}\r\n\r\n".encode()


def test_the_own_api_gives_the_json_report(server: Any) -> None:
    import fake_cli

    result = fake_cli.FakeChecker().check(DRAFT)
    report = server.post("api/check", json={"text": DRAFT, "path": "a.txt"}).json()
    (file,) = report["files"]
    assert (file["path"], file["words"], file["verdict"]) == ("a.txt", result.words, verdict_entry(result.verdict))
    assert [(f["text"], f["start"], f["end"]) for f in file["findings"]] == [
        (f.text, f.start, f.end) for f in result.findings
    ]
    assert report["errors"] == []
    errors_only = server.post("api/check", json={"text": DRAFT, "min_severity": "error"}).json()
    assert [f["text"] for f in errors_only["files"][0]["findings"]] == ["dying march"]


def test_corrected_texts_go_back_into_their_file(server: Any) -> None:
    page = b"<meta charset=windows-1252><p>It was a <b>dying</b> march.</p>\r\n<p>Caf\xe9.</p>"
    read = server.post("api/read?name=draft.html", data=page).json()
    assert read["plain"] is False
    texts = [one["text"].replace("dying", "death") + "\n\nMore." for one in read["documents"]]
    body = {"name": "draft.html", "data": b64encode(page).decode(), "texts": texts}
    fixed = server.post("api/fix", json=body).json()
    assert b64decode(fixed["data"]) == page.replace(b"dying", b"death")
    assert (fixed["name"], fixed["made"]) == ("draft-corrected.html", 1)
    assert [one["wording"] for one in fixed["refused"]] == ["More."]
    refused = server.post("api/fix", json={**body, "texts": []})
    assert (refused.status_code, refused.json()["error"]) == (422, "has 1 texts, not 0; read it anew")
    assert server.post("api/read?name=draft.txt", data=b"It was.").json()["plain"] is True


def test_the_own_api_keeps_its_description(server: Any) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    described = schemathesis.openapi.from_url(server.url + "openapi.json")
    checked = []
    for one in described.get_all_operations():
        operation = one.ok()
        # Any bytes may be sent to be read; that they are a file of a known format no description can say.
        hold(operation, [positive_data_acceptance] if operation.path in ("/api/read", "/api/fix") else [])
        checked.append(operation.path)
    assert sorted(checked) == ["/api/check", "/api/fix", "/api/info", "/api/read"]


def hold(operation: Any, excluded: list[Any]) -> None:
    """Try requests that fit the description and some that do not."""

    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        case.call_and_validate(excluded_checks=excluded)

    holds()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"text": "\xff"}', 400),
        (b"{", 400),
        (b"[" * 50_000, 400),
        (b"{}", 422),
        (b'{"text": 1}', 422),
        (b'{"text": "a", "colour": "red"}', 422),
        (json.dumps({"text": "x" * 100_001}).encode(), 413),
    ],
)
def test_bodies_that_are_none_are_refused_with_a_sentence(server: Any, body: bytes, status: int) -> None:
    answer = server.post("api/check", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"]


def test_broken_utf8_is_refused_and_raw_utf8_is_taken(server: Any) -> None:
    assert server.post("v2/check", data=b"language=en&text=%ff").status_code == 400
    assert server.post("v2/check", data=b"language=en&text=\xff").status_code == 400
    half_a_pair = b'{"text": "\\ud800 final week"}'
    report = server.post("api/check", data=half_a_pair, headers={"Content-Type": "application/json"}).json()
    assert report["files"][0]["findings"][0]["start"] == 2
    answer = server.post("v2/check", data="language=en&text=é+final+week".encode())
    assert [match["offset"] for match in answer.json()["matches"]] == [2]


def test_twenty_megabytes_are_refused_before_they_are_kept(server: Any) -> None:
    large = b"language=en&text=" + b"a" * 20_000_000
    assert server.post("v2/check", data=large).status_code == 413

    def pieces() -> Any:
        for begin in range(0, len(large), 1 << 16):
            yield large[begin : begin + (1 << 16)]

    assert server.post("v2/check", data=pieces()).status_code == 413
    assert server.post("api/check", data=large).json()["error"].startswith("The request is larger")


def test_clients_that_misbehave_cost_nobody_else_anything(server: Any) -> None:
    body = b"language=en&text=Sleep!+final+week"
    half = [send(server, head(1000), b"language=en&te") for _ in range(20)]
    half += [send(server, b"POST /v2/check HTTP/1.1\r\nHost: loc") for _ in range(20)]
    for _ in range(5):
        send(server, head(len(body)), body, pause=0.05).close()
    junk = send(server, b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03 GET\r\n\r\n")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.check(DRAFT).json(), range(16)))
    assert [len(answer["matches"]) for answer in answers] == [2] * 16
    for connection in [*half, junk]:
        connection.close()
    assert server.get("v2/healthcheck").text == "OK"


def test_a_document_that_breaks_the_checker_breaks_no_other(server: Any) -> None:
    texts = [DRAFT, "Sleep!", "Crash! It was a secret plan.", DRAFT] * 3
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(server.check, texts))
    assert [answer.status_code for answer in answers] == [200, 200, 500, 200] * 3
    assert answers[2].text == "Error: Internal error; see the server's log"
    assert answers[0].json()["matches"] == answers[3].json()["matches"] != []
    log = server.log.read_text()
    assert '"exception": "RuntimeError"' in log
    assert "secret" not in log


def test_logs_are_json_lines_without_texts(server: Any) -> None:
    server.get("v2/check", params={"language": "en", "text": "the hidden draft"})
    server.get("hidden/draft")
    time.sleep(0.2)
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert {"time", "level", "event"} <= set(lines[0])
    assert [line["status"] for line in lines if line["event"] == "request"][-2:] == [200, 404]
    assert "hidden" not in server.log.read_text()


def test_prometheus_can_read_the_metrics(server: Any) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    server.check(DRAFT)
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(server.get("metrics").text)
        for sample in family.samples
    }
    assert found["mtcheck_requests_total", "/v2/check", "200"] >= 1
    assert found["mtcheck_findings_total", "MT101", "error"] >= 1
    assert found["mtcheck_words_total",] >= 10
    assert ("mtcheck_queue_documents",) in found


def test_only_this_machines_names_are_answered(server: Any) -> None:
    assert server.get("v2/info", headers={"Host": "evil.example"}).status_code == 403
    for name in ("localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:8081"):
        assert server.get("v2/info", headers={"Host": name}).status_code == 200


def test_web_pages_of_other_origins_are_refused_and_add_ons_are_not(server: Any) -> None:
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        (server.url.rstrip("/"), 200),
        ("moz-extension://5f6c", 200),
        ("app://obsidian.md", 200),
    ):
        answer = server.post("v2/words/delete", data={"word": "x"}, headers={"Origin": origin})
        assert answer.status_code == status
        assert "access-control-allow-origin" not in answer.headers


def test_an_allowed_origin_gets_its_headers(start: Any) -> None:
    with start("--allow-origin", "https://desk.example") as server:
        desk = {"Origin": "https://desk.example"}
        assert server.get("v2/info", headers=desk).headers["access-control-allow-origin"] == "https://desk.example"
        assert server.get("v2/info", headers={"Origin": "https://evil.example"}).status_code == 403


def test_the_key_is_asked_for_everywhere_but_for_health(start: Any) -> None:
    with start(MTCHECK_API_KEY="sésame") as server:
        key = "sésame".encode()
        assert server.check(DRAFT).status_code == 403
        assert server.check(DRAFT, apiKey="sesame").status_code == 403
        assert server.check(DRAFT, apiKey="sésame").status_code == 200
        assert server.get("metrics").status_code == 401
        assert server.post("api/check", json={"text": "a"}).headers["www-authenticate"] == "Bearer"
        assert server.post("api/check", json={"text": "a"}, headers={"X-API-Key": key}).status_code == 200
        assert server.get("metrics", headers={"Authorization": b"Bearer " + key}).status_code == 200
        assert server.get("v2/words").status_code == 403
        assert server.get("v2/healthcheck").status_code == 200


def test_a_full_queue_and_a_slow_check_say_when_to_come_back(start: Any) -> None:
    with start("--queue", "2", "--max-seconds", "1.2") as server, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(server.check, ["Sleep!\n\n\n\n\n\n"] * 6))
        assert sorted({answer.status_code for answer in answers}) == [503]
        assert {answer.headers["retry-after"] for answer in answers} == {"5", "30"}
        time.sleep(1)
        # What nobody waits for any more is not checked.
        assert server.check(DRAFT).status_code == 200


def test_too_many_checks_a_minute_are_refused(start: Any) -> None:
    with start("--max-per-minute", "2") as server:
        assert [server.check(DRAFT).status_code for _ in range(3)] == [200, 200, 429]
        assert 1 <= int(server.check(DRAFT).headers["retry-after"]) <= 60
        assert server.get("v2/languages").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_checks_under_way_end(start: Any, number: signal.Signals) -> None:
    with start() as server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.check, "Sleep! In the final week\n\n")
        time.sleep(0.3)
        server.process.send_signal(number)
        assert [match["length"] for match in answer.result().json()["matches"]] == [10]
        assert server.process.wait(20) == 0


def test_a_port_that_is_taken_ends_with_a_sentence(server: Any, start: Any) -> None:
    port = str(server.address[1])
    with pytest.raises(AssertionError, match=f"cannot listen on 127.0.0.1 port {port}"), start("--port", port):
        pass
