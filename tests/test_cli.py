from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
from click.testing import CliRunner, Result

import mtcheck
from mtcheck.cli import COMMANDS, cli
from mtcheck.commands.loading import CheckerOptions
from mtcheck.errors import InputError, MtcheckError
from mtcheck.reports import FORMATS

FAKE = Path(__file__).with_name("fake_cli.py")
GARBLED = "Stop the dying march of final week, really.\n"
CLEAN = "All is well.\n"


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, fake_checker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with drafts that is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "garbled.txt").write_text(GARBLED, newline="")
    (tmp_path / "clean.txt").write_text(CLEAN, newline="")
    (tmp_path / "odd.txt").write_bytes(b"caf\xe9 and the dying march")
    return tmp_path


def run(*args: str, stdin: str | bytes | None = None, **environment: str) -> Result:
    return CliRunner().invoke(cli, args, input=stdin, env=environment, prog_name="mtcheck")


def found(result: Result) -> dict[str, list[str]]:
    """Path -> the wordings that a JSON report lists."""
    return {file["path"]: [f["text"] for f in file["findings"]] for file in json.loads(result.stdout)["files"]}


def subprocess_run(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*args), capture_output=True, text=True, timeout=60, env=environment(), **options)


def command(*args: str) -> list[str]:
    return [sys.executable, str(FAKE), *args]


def environment() -> dict[str, str]:
    root = str(Path(mtcheck.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}


@pytest.mark.parametrize(
    "args",
    [
        ["garbled.txt"],
        ["check", "garbled.txt"],
        ["-q", "garbled.txt"],
        ["garbled.txt", "-q"],
        ["--format", "json", "garbled.txt"],
        ["--format=json", "-"],
        ["-"],
        ["check", "-"],
        ["./garbled.txt"],
        ["--", "garbled.txt"],
    ],
    ids=" ".join,
)
def test_check_is_the_default_command(args: list[str]) -> None:
    result = run(*args, stdin=GARBLED)
    assert "death march" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize("name", ["check", "model", "-", "-q"])
def test_files_called_like_commands_or_options_can_be_named(drafts: Path, name: str) -> None:
    (drafts / name).write_text(GARBLED)
    assert "dying march" in run(f"./{name}", stdin=CLEAN).stdout
    if name == "-q":
        assert "dying march" in run("--", name).stdout


def test_the_version_is_printed() -> None:
    assert run("--version").stdout == f"mtcheck {mtcheck.__version__}\n"


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["check", "--help"], ["garbled.txt", "--help"]], ids=" ".join)
def test_help_is_printed(args: list[str]) -> None:
    result = run(*args)
    assert result.stdout.startswith("Usage: mtcheck")
    assert result.exit_code == 0


def test_help_lists_every_command_with_what_it_does() -> None:
    lines = run("--help").stdout.partition("Commands:")[2].splitlines()
    listed = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("  ")}
    assert set(COMMANDS) <= set(listed)
    assert all(listed.values())


def test_no_arguments_print_the_help_and_are_an_error() -> None:
    result = run()
    assert "Usage: mtcheck" in result.output
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["clean.txt"], 0),
        (["garbled.txt"], 1),
        (["clean.txt", "garbled.txt"], 1),
        (["garbled.txt", "--fail-on", "error"], 1),
        (["garbled.txt", "--fail-on", "never"], 0),
        (["-", "--fail-on", "error"], 0),
        (["-"], 1),
        (["-", "--min-severity", "error"], 0),
        (["odd.txt"], 2),
        (["odd.txt", "garbled.txt"], 2),
        (["odd.txt", "--fail-on", "never"], 2),
        (["gone.txt"], 2),
        ([""], 2),
        (["garbled.txt", "--no-such-option"], 2),
        (["garbled.txt", "--format", "no-such-format"], 2),
        (["garbled.txt", "--encoding", "no-such-encoding"], 2),
        (["garbled.txt", "--precision", "int3"], 2),
        (["garbled.txt", "--model", "missing"], 2),
        (["check"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_status(args: list[str], status: int) -> None:
    assert run(*args, stdin="It rained final week.").exit_code == status


def test_information_fails_a_run_only_when_asked_and_is_shown_then() -> None:
    result = run("-", "--fail-on", "info", stdin="It really rained.")
    assert result.exit_code == 1
    assert "truly" in result.stdout
    assert run("-", stdin="It really rained.").exit_code == 0


def test_text_shows_warnings_and_errors_and_json_everything() -> None:
    assert "truly" not in run("garbled.txt").stdout
    assert "truly" in run("garbled.txt", "--min-severity", "info").stdout
    assert found(run("-f", "json", "garbled.txt")) == {"garbled.txt": ["dying march", "final week", "really"]}
    only_errors = run("-f", "json", "garbled.txt", "--min-severity", "error")
    assert found(only_errors) == {"garbled.txt": ["dying march"]}


def test_one_unreadable_input_hides_no_other() -> None:
    result = run("-f", "json", "gone.txt", ".", "-", stdin=GARBLED)
    assert {path: len(texts) for path, texts in found(result).items()} == {"clean.txt": 0, "garbled.txt": 3, "-": 3}
    errors = json.loads(result.stdout)["errors"]
    assert [error["path"] for error in errors] == ["gone.txt", "odd.txt"]
    assert "byte offset 3" in errors[1]["message"]
    assert result.stderr.splitlines() == [f"mtcheck: {error['path']}: {error['message']}" for error in errors]
    assert result.exit_code == 2


def test_the_encoding_can_be_named() -> None:
    result = run("odd.txt", "--encoding", "Windows-1252")
    assert "café and the dying march" in result.stdout
    assert result.exit_code == 1


def test_utf16_from_a_pipe_is_read() -> None:
    assert found(run("-f", "json", "-", stdin=GARBLED.encode("utf-16"))) == {
        "-": ["dying march", "final week", "really"]
    }


def test_offsets_are_into_the_text_as_it_is_in_the_file(drafts: Path) -> None:
    (drafts / "windows.txt").write_bytes("\ufeffOne 😀.\r\n\r\nA dying march.\r\n".encode())
    (file,) = json.loads(run("-f", "json", "windows.txt").stdout)["files"]
    (finding,) = file["findings"]
    assert (finding["start"], finding["end"], finding["line"], finding["column"]) == (12, 23, 3, 3)


def test_without_a_model_there_is_one_clear_error_and_no_report() -> None:
    result = run("garbled.txt", "-f", "json", "--model", "missing")
    assert result.stdout == ""
    assert result.stderr == "mtcheck: no base model: run `mtcheck model fetch` while the network is there\n"


def test_a_list_of_names_that_cannot_be_read_ends_the_run_with_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise InputError("names.txt", "line 1: '!' is no name.")

    monkeypatch.setattr(CheckerOptions, "load", refuse)
    result = run("garbled.txt", "clean.txt", "-f", "json", "--no-cache")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "mtcheck: names.txt: line 1: '!' is no name.\n"


def test_a_baseline_in_a_folder_is_not_checked_as_a_draft(drafts: Path) -> None:
    run("--baseline", "known.json", "--update-baseline", ".")
    assert "skipped" not in run("--baseline", "known.json", ".").stderr


def test_no_model_is_loaded_for_nothing_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(CheckerOptions, "load", refuse)
    result = run("gone.txt", "-f", "json")
    assert json.loads(result.stdout)["signature"] == f"mtcheck:{mtcheck.__version__}"
    assert result.exit_code == 2


def test_options_and_environment_reach_the_model() -> None:
    def signature(*args: str, **variables: str) -> str:
        signed: str = json.loads(run("-f", "json", "--no-cache", "clean.txt", *args, **variables).stdout)["signature"]
        return signed.rpartition("|")[2]

    assert signature() == "None,None,auto,None"
    assert signature("--model", "m", "--adapter", "a", "--precision", "fp32", "--threads", "2") == "m,a,fp32,2"
    assert signature(MTCHECK_MODEL="m", MTCHECK_PRECISION="int8") == "m,None,int8,None"
    assert signature("--model", "n", MTCHECK_MODEL="m") == "n,None,auto,None"


def test_quiet_leaves_the_findings_alone() -> None:
    assert "1 file" in run("garbled.txt").stdout
    assert run("garbled.txt").stdout.startswith(run("garbled.txt", "-q").stdout)
    assert run("clean.txt", "-q").output == ""


def test_a_report_can_go_to_a_file(drafts: Path) -> None:
    result = run(".", "-f", "json", "-o", "report.json", "--encoding", "cp1252")
    assert result.stdout == ""
    assert result.exit_code == 1
    assert len(json.loads((drafts / "report.json").read_text())["files"]) == 3
    assert run("garbled.txt", "-o", "-").stdout == run("garbled.txt").stdout


def test_a_failed_run_leaves_the_last_report_as_it_was(drafts: Path) -> None:
    (drafts / "report.json").write_text("the last one")
    assert run("garbled.txt", "-o", "report.json", "--model", "missing").exit_code == 2
    assert (drafts / "report.json").read_text() == "the last one"
    assert sorted(path.name for path in drafts.iterdir()) == ["clean.txt", "garbled.txt", "odd.txt", "report.json"]


def test_a_report_is_neither_an_input_nor_replaces_one(drafts: Path) -> None:
    run("clean.txt", "garbled.txt", "-o", "report.txt")
    result = run(".", "-o", "report.txt", "--encoding", "cp1252")
    assert "3 files" in (drafts / "report.txt").read_text()
    result = run("garbled.txt", "-o", "./garbled.txt")
    assert result.exit_code == 2
    assert (drafts / "garbled.txt").read_text() == GARBLED


def test_a_place_that_cannot_be_written_is_an_error() -> None:
    result = run("garbled.txt", "-o", "no/such/folder/report.txt")
    assert result.exit_code == 2
    assert "no/such/folder/report.txt" in result.stderr
    assert "Traceback" not in result.output


def test_names_of_files_cannot_act_on_the_terminal(drafts: Path) -> None:
    name = "a\x1b[31m\nb.txt"
    assert "\x1b" not in run(name).output
    (drafts / name).write_text(GARBLED)
    assert run(name).stdout.startswith("a␛[31m␊b.txt:1:10: error")


def test_a_bug_is_no_finding(drafts: Path) -> None:
    result = run("-", stdin="Crash!")
    assert result.exit_code == 2
    assert "RuntimeError: a bug" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("mtcheck: internal error")


@pytest.mark.parametrize(
    "error", [click.ClickException("wrong"), OSError(28, "wrong", "f"), MtcheckError("wrong"), RuntimeError("wrong")]
)
def test_no_error_of_any_command_passes_for_findings(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*args: object) -> None:
        raise error

    monkeypatch.setattr(CheckerOptions, "load", fail)
    result = run("clean.txt")
    assert result.exit_code == 2
    assert "wrong" in result.stderr


def test_as_a_program() -> None:
    result = subprocess_run("garbled.txt", "gone.txt")
    assert result.returncode == 2
    assert "garbled.txt:1:10: error MT101" in result.stdout
    assert result.stderr == "mtcheck: gone.txt: no such file or folder\n"
    module = subprocess.run(
        [sys.executable, "-m", "mtcheck", "--version"], capture_output=True, text=True, env=environment(), timeout=60
    )
    assert module.stdout == f"mtcheck {mtcheck.__version__}\n"


@pytest.mark.parametrize("format_name", ["text", "json"])
def test_output_survives_any_encoding_of_the_terminal(drafts: Path, format_name: str) -> None:
    (drafts / "quoted.txt").write_text("“Stop the dying march 😀,” he said.\n", encoding="utf-8")
    result = subprocess.run(
        command("-f", format_name, "quoted.txt"),
        capture_output=True,
        env={**environment(), "PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"},
        timeout=60,
    )
    assert result.returncode == 1
    assert result.stderr == b""
    if format_name == "json":
        assert json.loads(result.stdout)["files"][0]["findings"][0]["text"] == "dying march"
    else:
        line, carets = result.stdout.decode("ascii").splitlines()[1:3]
        assert line[carets.index("^") : carets.rindex("^") + 1] == "dying march"


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_reader_that_goes_away_ends_the_run_quietly(drafts: Path) -> None:
    (drafts / "long.txt").write_text(GARBLED * 5000)
    with subprocess.Popen(
        command("long.txt"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 128 + signal.SIGPIPE


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_ctrl_c_reports_what_was_found_so_far(drafts: Path) -> None:
    (drafts / "wait.txt").write_text("Wait!")
    with subprocess.Popen(
        command("-f", "json", "garbled.txt", "wait.txt", "clean.txt"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    report = json.loads(out)
    assert [file["path"] for file in report["files"]] == ["garbled.txt"]
    assert [error["path"] for error in report["errors"]] == ["wait.txt", "clean.txt"]
    assert "interrupted" in err
    assert "Traceback" not in err
    assert process.returncode == 130


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
def test_a_full_disk_is_an_error() -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            command("garbled.txt"), stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), timeout=60
        )
    assert result.returncode == 2
    assert result.stderr == "mtcheck: No space left on device\n"


@pytest.mark.parametrize("args", [["--version"], ["--help"], ["check", "--help"]], ids=" ".join)
def test_nothing_heavy_is_imported_before_it_is_needed(args: list[str]) -> None:
    code = (
        "import sys, mtcheck.cli\n"
        f"sys.argv = ['mtcheck', *{args}]\n"
        "try:\n    mtcheck.cli.main()\nfinally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), timeout=60, check=True
    )
    heavy = {"torch", "transformers", "rich", "numpy", "huggingface_hub", "safetensors", "tokenizers", "gguf", "peft"}
    assert heavy.isdisjoint(result.stderr.split())
    assert "mtcheck.cli" in result.stderr.split()


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (["--max-rate", "25"], []),
        (["--max-rate", "24.9"], ["25.0 findings per 1,000 words, more than --max-rate 24.9"]),
        (["--max-spun", ".8"], []),
        (["--max-spun", "0.5"], ["spun with probability 0.80, more than --max-spun 0.5"]),
        (
            ["--max-rate", "0", "--max-spun", "0.1"],
            [
                "25.0 findings per 1,000 words, more than --max-rate 0",
                "spun with probability 0.80, more than --max-spun 0.1",
            ],
        ),
    ],
    ids=lambda value: " ".join(value) if value and value[0].startswith("--") else None,
)
def test_a_document_over_a_limit_fails_the_run_whatever_the_severities_say(
    drafts: Path, limits: list[str], told: list[str]
) -> None:
    (drafts / "spun.txt").write_text("Spun! A dying march. " + "Nothing more is said. " * 9)
    result = run("spun.txt", "--fail-on", "never", *limits)
    assert result.exit_code == (1 if told else 0)
    assert result.stderr.splitlines() == [f"mtcheck: spun.txt: {reason}" for reason in told]
    assert "looks spun (80 %)" in result.stdout


def test_limits_are_for_each_document_and_a_short_one_is_too_short_to_tell(drafts: Path) -> None:
    (drafts / "spun.txt").write_text("Spun! A dying march. " + "Nothing more is said. " * 9)
    limits = ["--fail-on", "never", "--max-rate", "0", "--max-spun", "0"]
    short = run("garbled.txt", *limits)
    assert (short.exit_code, short.stderr) == (0, "")
    assert "too short to tell whether it is spun" in short.stdout
    both = run("garbled.txt", "spun.txt", *limits)
    assert both.exit_code == 1
    assert all(line.startswith("mtcheck: spun.txt: ") for line in both.stderr.splitlines())
    accepted = run("spun.txt", "--fail-on", "never", "--max-rate", "20", "--accept", "dying march")
    assert (accepted.exit_code, accepted.stderr) == (0, "")
    assert run("gone.txt", "spun.txt", *limits).exit_code == 2


def test_limits_may_stand_in_the_configuration_and_must_be_possible(drafts: Path) -> None:
    (drafts / "spun.txt").write_text("Spun! " + "Nothing more is said. " * 10)
    (drafts / "mtcheck.toml").write_text("max-spun = 0.5\n")
    assert run("spun.txt").exit_code == 1
    assert run("spun.txt", "--max-spun", "0.9").exit_code == 0
    assert "1.5 is not in the range 0<=x<=1" in run("spun.txt", "--max-spun", "1.5").stderr
    assert run("spun.txt", "--max-rate", "-1").exit_code == 2


@pytest.mark.parametrize("format_name", list(FORMATS))
def test_a_first_input_that_fails_is_within_the_report(drafts: Path, format_name: str) -> None:
    first, last = (run("-f", format_name, *paths) for paths in (["gone.txt", "clean.txt"], ["clean.txt", "gone.txt"]))
    begin = last.stdout[: 5 if format_name == "text" else 20]
    assert first.exit_code == last.exit_code == 2
    assert first.stdout.startswith(begin)
    if format_name in ("junit", "checkstyle"):
        assert [element.get("name") for element in ElementTree.fromstring(first.stdout)] == ["gone.txt", "clean.txt"]
    elif format_name in ("json", "gitlab", "rdjson", "sarif"):
        json.loads(first.stdout)
    elif format_name == "jsonl":
        kinds = [json.loads(line)["type"] for line in first.stdout.splitlines()]
        assert kinds == ["run", "error", "file", "end"]


def test_several_reports_are_written_at_once(drafts: Path) -> None:
    result = run("garbled.txt", "-o", "json:report.json", "--output", "sarif:report.sarif")
    assert result.exit_code == 1
    assert "dying march" in result.stdout
    assert result.stdout == run("garbled.txt").stdout
    assert len(json.loads((drafts / "report.json").read_text())["files"][0]["findings"]) == 3
    assert len(json.loads((drafts / "report.sarif").read_text())["runs"][0]["results"]) == 2


def test_one_more_report_may_take_standard_output_or_leave_it_empty() -> None:
    assert json.loads(run("garbled.txt", "-o", "json:-").stdout)["files"]
    assert run("garbled.txt", "-o", "json:a.json", "-o", "report.txt").stdout == ""


def test_two_reports_never_go_to_one_place() -> None:
    result = run("garbled.txt", "-o", "json:a", "-o", "sarif:./a")
    assert result.exit_code == 2
    assert "two reports would go to ./a" in result.stderr


def test_a_file_may_be_called_like_a_format(drafts: Path) -> None:
    run("garbled.txt", "-o", "./json:a")
    assert "dying march" in (drafts / "json:a").read_text()


def test_what_fails_a_run_is_in_every_report(drafts: Path) -> None:
    run("garbled.txt", "--fail-on", "info", "-o", "concise:report.txt")
    assert "truly" in (drafts / "report.txt").read_text()


def test_a_configuration_gives_defaults_and_the_command_line_comes_first(drafts: Path) -> None:
    (drafts / "mtcheck.toml").write_text('fail-on = "never"\naccept = ["dying march"]\n[rules]\nMT101 = "warning"\n')
    result = run("-f", "json", "garbled.txt")
    assert result.exit_code == 0
    assert found(result) == {"garbled.txt": ["final week", "really"]}
    assert run("garbled.txt", "--fail-on", "warning").exit_code == 1
    assert found(run("-f", "json", "garbled.txt", "--no-config"))["garbled.txt"][0] == "dying march"
    (drafts / "other.toml").write_text('format = "jsonl"')
    assert run("garbled.txt", "--config", "other.toml").stdout.startswith('{"type": "run"')


def test_a_wrong_configuration_fails_the_run(drafts: Path) -> None:
    (drafts / "mtcheck.toml").write_text('fail_on = "never"')
    result = run("garbled.txt")
    assert result.exit_code == 2
    assert result.stderr == "mtcheck: mtcheck.toml:1: fail_on: unknown key; the nearest known one is 'fail-on'\n"
    assert run("garbled.txt", "--help").exit_code == 0


def test_folders_are_searched_without_what_is_excluded(drafts: Path) -> None:
    (drafts / "old").mkdir()
    (drafts / "old" / "a.txt").write_text(GARBLED)
    (drafts / "mtcheck.toml").write_text('exclude = ["/old/", "odd.txt"]')
    assert list(found(run("-f", "json", "."))) == ["clean.txt", "garbled.txt"]
    assert list(found(run("-f", "json", "old/a.txt"))) == ["old/a.txt"]
    assert list(found(run("-f", "json", "--force-exclude", "old/a.txt", "odd.txt"))) == []
    assert list(found(run("-f", "json", ".", "--exclude", "o*"))) == ["clean.txt", "garbled.txt"]


def test_settings_are_printed_with_where_they_come_from(drafts: Path) -> None:
    (drafts / "mtcheck.toml").write_text('fail-on = "never"\n[rules]\nMT102 = {confidence = 0.3}\n')
    result = run("config", "--quiet", "garbled.txt", MTCHECK_PRECISION="int8")
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in result.stdout.splitlines() if line}
    assert rows["configuration:"] == str(drafts / "mtcheck.toml")
    assert rows["fail-on"] == "never mtcheck.toml:1"
    assert rows["rules.MT102"] == "by confidence, from 0.3 mtcheck.toml:3"
    assert rows["quiet"] == "true command line"
    assert rows["precision"] == "int8 environment, MTCHECK_PRECISION"
    assert rows["error-confidence"] == "0.9 default"
    assert run("config", "--no-config").stdout.startswith("configuration: none")


def test_silenced_findings_are_left_out_and_unused_silencers_told(drafts: Path) -> None:
    (drafts / "a.txt").write_text(f"# mtcheck: ignore\n{GARBLED}# mtcheck: ignore\n{CLEAN}")
    result = run("a.txt")
    assert result.exit_code == 0
    assert "dying" not in result.stdout
    assert result.stderr == "mtcheck: a.txt: line 3: `mtcheck: ignore` silences nothing; remove it\n"


def test_accepted_wording_that_leaves_nothing_out_is_told_of_a_whole_run_with_verbose(drafts: Path) -> None:
    (drafts / "odd.txt").unlink()
    (drafts / "mtcheck.toml").write_text(
        'accept = ["Dying March", "tear fuel"]\n[[overrides]]\npaths = ["a/"]\naccept = ["so what"]\n'
    )
    told = [
        "mtcheck: mtcheck.toml:1: accepted wording “tear fuel” leaves nothing out",
        "mtcheck: mtcheck.toml:4: accepted wording “so what” leaves nothing out",
    ]
    assert run("-v", ".").stderr.splitlines() == told
    assert run("-v", "--accept", "dying march", "--accept", "so what", ".").stderr.splitlines() == [
        "mtcheck: --accept: accepted wording “so what” leaves nothing out",
        told[1],
    ]
    assert run(".").stderr == ""
    assert run("-v", "garbled.txt").stderr == ""
    assert run("-v", "--no-config", "--accept", "of", "garbled.txt").stderr.startswith("mtcheck: --accept: accepted")


def test_a_baseline_hides_what_is_known_and_only_that(drafts: Path) -> None:
    assert run("garbled.txt", "--baseline", "known.json").exit_code == 2
    written = run("garbled.txt", "--baseline", "known.json", "--update-baseline")
    assert written.exit_code == 0
    assert written.stderr == "mtcheck: known.json: 2 findings written\n"
    result = run("garbled.txt", "--baseline", "known.json")
    assert (result.exit_code, "dying" in result.stdout) == (0, False)
    assert result.stderr == "mtcheck: known.json: 2 known findings left out\n"
    (drafts / "garbled.txt").write_text(f"Another dying march.\n\n{GARBLED}")
    assert found(run("garbled.txt", "--baseline", "known.json", "-f", "json", "--min-severity", "error")) == {
        "garbled.txt": ["dying march"]
    }
    (drafts / "garbled.txt").write_text(CLEAN)
    assert "2 of it found no more" in run("garbled.txt", "--baseline", "known.json").stderr


@pytest.mark.parametrize("args", [["--update-baseline"], ["--update-baseline", "--changed-since", "HEAD"]])
def test_what_does_not_go_together_is_refused(args: list[str]) -> None:
    assert run("garbled.txt", *args).exit_code == 2


def test_what_did_not_change_is_not_checked_again_and_loads_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("-f", "json", "garbled.txt", "clean.txt")

    def refuse(*args: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(CheckerOptions, "load", refuse)
    assert run("-f", "json", "garbled.txt", "clean.txt").stdout == first.stdout
    assert run("-f", "json", "-", stdin=GARBLED).exit_code == 1
    assert run("garbled.txt", "--no-cache").exit_code == 2
    assert run("garbled.txt", MTCHECK_NO_CACHE="1").exit_code == 2
    assert run("garbled.txt", "--adapter", "other").exit_code == 2
    assert "results  2" in run("cache", "info").stdout
    assert run("cache", "clear").stdout == "2 results dropped\n"
    assert run("garbled.txt").exit_code == 2


def test_help_has_its_options_in_sections() -> None:
    text = run("check", "--help").stdout
    sections = [line[:-1] for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert sections == ["Options", "Inputs", "Findings", "Exit status", "Model", "Configuration"]


def test_verbose_gives_surprisals_and_the_contract_stays_without_it() -> None:
    (plain,) = json.loads(run("-f", "json", "--min-severity", "error", "garbled.txt").stdout)["files"]
    (verbose,) = json.loads(run("-f", "json", "-v", "--min-severity", "error", "garbled.txt").stdout)["files"]
    assert "surprisal" not in plain["findings"][0]
    assert verbose["findings"][0]["surprisal"] is None
    assert verbose["findings"][0]["suggestions"][0]["surprisal"] is None
    assert 'surprisal in nats: - as it stands, - "death march"' in run("-v", "garbled.txt").stdout


def test_a_file_of_an_unread_kind_is_skipped_in_a_folder_and_an_error_where_it_is_named(drafts: Path) -> None:
    (drafts / "news").mkdir()
    for name, text in {"a.txt": CLEAN, "recipe.xml": "<recipe/>", "rows.csv": "id,body\n1,The dying march.\n"}.items():
        (drafts / "news" / name).write_text(text)
    in_folder = run("news")
    assert in_folder.exit_code == 0
    assert f"{Path('news', 'recipe.xml')}: skipped: XML of a kind that is not read" in in_folder.stderr
    assert f"{Path('news', 'rows.csv')}: skipped: name the fields to check with --field" in in_folder.stderr
    assert "not checked" not in in_folder.stdout
    assert run("news/recipe.xml").exit_code == 2
    by_field = run("--field", "body", "-f", "json", "news")
    assert (by_field.exit_code, found(by_field)) == (1, {"news/a.txt": [], "news/rows.csv": ["dying march"]})


def test_commands_are_listed_by_what_their_own_help_begins_with() -> None:
    context = click.Context(cli)
    for name, summary in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(limit=200) == summary


def test_help_imports_no_command() -> None:
    code = "import sys; from mtcheck.cli import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("mtcheck.commands.")}
    assert loaded <= {"mtcheck.commands.outcome"}
