from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("psutil")
pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
import load_test

ROOT = Path(__file__).parent.parent.parent


def test_many_clients_get_right_answers_while_others_misbehave(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    server = [sys.executable, str(ROOT / "tests" / "fake_cli.py")]
    assert load_test.main(["--clients", "10", "--seconds", "4", "--texts", "5", "--server", *server]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["right"] > 10
    assert report["wrong"] == report["lost"] == 0
    assert report["misbehaved"] >= load_test.MISBEHAVING
    assert list(report["statuses"]) == ["200"]
