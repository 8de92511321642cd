from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck import configuration
from mtcheck.commands.check import check
from mtcheck.configuration import Configuration
from mtcheck.errors import ConfigurationError
from mtcheck.findings import Severity
from mtcheck.settings import RuleSetting, Thresholds

FULL = """
[project]
name = "news"

[tool.mtcheck]
fail-on = "error"
max-rate = 12
quiet = true
accept = ["tear fuel"]
names = ["lists/names.txt"]
error-confidence = 0.95

[tool.mtcheck.rules]
MT102 = "warning"
MT201 = {severity = "info", confidence = 0.3}
MT501 = "off"

[[tool.mtcheck.overrides]]
paths = ["feeds/"]
warning-confidence = 0.7

[tool.mtcheck.overrides.rules]
MT101 = "error"
"""


def read(path: Path, text: str) -> Configuration:
    path.write_text(text, encoding="utf-8")
    return configuration.read(path, check.params)


def test_all_that_can_be_set_is_read_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "names.txt").touch()
    found = read(tmp_path / "pyproject.toml", FULL)
    assert found.options == {
        "fail_on": "error",
        "max_rate": 12,
        "quiet": True,
        "accept": ["tear fuel"],
        "names": [str(Path("lists/names.txt"))],
    }
    assert found.settings.thresholds == Thresholds(error=0.95)
    assert found.settings.rules == {
        "MT102": RuleSetting(severity=Severity.WARNING),
        "MT201": RuleSetting(severity=Severity.INFO, confidence=0.3),
        "MT501": RuleSetting(off=True),
    }
    (override,) = found.settings.overrides
    assert override.paths.patterns == ("feeds/",)
    assert override.thresholds == Thresholds(warning=0.7)
    assert override.rules == {"MT101": RuleSetting(severity=Severity.ERROR)}
    assert found.place("fail-on") == "pyproject.toml:6"
    assert found.place("rules", "MT201") == "pyproject.toml:15"
    assert found.place("overrides", 0, "rules", "MT101") == "pyproject.toml:23"


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "adapter").mkdir()
    (tmp_path / "names.txt").touch()
    monkeypatch.chdir(tmp_path / "drafts")
    found = read(tmp_path / "mtcheck.toml", 'names = ["names.txt"]\nadapter = "adapter"\nmodel = "some/hub-name"')
    assert found.options == {"names": ["../names.txt"], "adapter": "../adapter", "model": "some/hub-name"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('fail_on = "error"', ":1: fail_on: unknown key; the nearest known one is 'fail-on'"),
        ('\nfail-on = "eror"', ":2: fail-on: 'eror' is not one of"),
        ('max-rate = "high"', ":1: max-rate: must be a number"),
        ("max-spun = 1.5", ":1: max-spun: 1.5 is not in the range"),
        ("threads = true", ":1: threads: must be a whole number"),
        ("quiet = 1", ":1: quiet: must be true or false"),
        ('accept = "one"', ":1: accept: must be a list of strings"),
        ("accept = [1]", ":1: accept: must be a list of strings"),
        ("model = 3", ":1: model: must be a string"),
        ("warning-confidence = 2", ":1: warning-confidence: must be a number from 0 to 1"),
        ("rules = 3", ":1: rules: must be a table"),
        ('[rules]\nMT1O1 = "off"', ":2: rules.MT1O1: unknown rule; the nearest known one is 'MT101'"),
        ('[rules]\nMT101 = "fatal"', ":2: rules.MT101: is 'fatal'; severities are off, info, warning, error"),
        ("[rules]\nMT101 = 3", ":2: rules.MT101: must be a severity"),
        ("[rules]\nMT101 = {level = 3}", ":2: rules.MT101.level: unknown key"),
        ("[rules.MT101]\nconfidence = -1", ":2: rules.MT101.confidence: must be a number from 0 to 1"),
        ("[[overrides]]\naccept = []", ":1: overrides[0]: needs paths"),
        ('[overrides]\npaths = ["a"]', ":1: overrides: must be tables"),
        ('[[overrides]]\npaths = ["a"]\n[[overrides]]\npaths = "a"', ":4: overrides[1].paths: must be a list"),
        ('output = ["json:a"]', ":1: output: cannot be configured; give --output on the command line"),
        ('changed_since = "main"', ":1: changed_since: cannot be configured; give --changed-since on the command line"),
        ('names = ["gone.txt"]', ":1: names: File 'gone.txt' does not exist."),
        ("x = [", ": not valid TOML: "),
        ("a = '\ud800'", ": not valid TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mtcheck.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigurationError) as error:
        configuration.read(path, check.params)
    assert str(error.value).startswith("mtcheck.toml" + problem)


@given(st.text(max_size=200))
def test_any_text_is_a_configuration_or_an_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "mtcheck.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ConfigurationError):
        assert configuration.read(path, check.params).path == path
    path.unlink()


def test_the_nearest_file_up_the_tree_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "draft.txt").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.mtcheck]")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]")
    monkeypatch.chdir(tmp_path)
    assert configuration.find([str(inner / "draft.txt")]) == tmp_path / "pyproject.toml"
    (tmp_path / "a" / "mtcheck.toml").write_text("")
    assert configuration.find([str(inner)]) == tmp_path / "a" / "mtcheck.toml"
    assert configuration.find(["a/b/draft.txt", "gone.txt"]) == tmp_path / "pyproject.toml"
    assert configuration.find(["-"]) == tmp_path / "pyproject.toml"
    assert configuration.find() == tmp_path / "pyproject.toml"
