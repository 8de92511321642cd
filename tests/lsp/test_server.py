"""The language server in a process of its own, driven by pygls' client, with a checker that needs no model."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
pytest.importorskip("tomlkit")
from lsprotocol import types
from pygls.lsp.client import LanguageClient

TESTS = Path(__file__).parent.parent
ENCODINGS = [types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16, types.PositionEncodingKind.Utf32]


class Editor(LanguageClient):
    """An editor that notes what it is sent."""

    def __init__(self, folder: Path) -> None:
        super().__init__("editor", "1")
        self.folder = folder
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: asyncio.Queue[str] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def told(params: types.ShowMessageParams) -> None:
            self.messages.put_nowait(params.message)

        @self.feature(types.WINDOW_LOG_MESSAGE)
        def logged(params: types.LogMessageParams) -> None:
            pass

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, version: int = 1) -> None:
        item = types.TextDocumentItem(self.uri(name), "plaintext", version, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str, version: int) -> None:
        identifier = types.VersionedTextDocumentIdentifier(version, self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def diagnostics(self, version: int | None = None) -> list[types.Diagnostic]:
        """The next diagnostics, or the next ones of a version."""
        while True:
            found = await asyncio.wait_for(self.published.get(), 30)
            if version is None or found.version == version:
                return list(found.diagnostics)

    async def actions(self, name: str, *about: types.Diagnostic) -> list[types.CodeAction]:
        where = about[0].range
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri(name)), where, types.CodeActionContext(list(about))
        )
        return [action for action in await self.text_document_code_action_async(params) or []]

    async def hover(self, name: str, line: int, character: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), types.Position(line, character))
        found = await self.text_document_hover_async(params)
        return None if found is None else found.contents.value

    async def accept(self, name: str, phrase: str) -> None:
        await self.workspace_execute_command_async(
            types.ExecuteCommandParams("mtcheck.accept", [self.uri(name), phrase])
        )


@contextlib.asynccontextmanager
async def editor(
    folder: Path, *options: str, encodings: list[types.PositionEncodingKind] | None = None, **settings: Any
) -> AsyncIterator[Editor]:
    """An editor that runs the server; it ends as the protocol wants it, with status 0."""
    client = Editor(folder)
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    await client.start_io(sys.executable, str(TESTS / "fake_cli.py"), "lsp", *options, env=environment, cwd=folder)
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=encodings),
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
        ),
    )
    answer = await client.initialize_async(
        types.InitializeParams(
            capabilities,
            root_uri=folder.as_uri(),
            initialization_options={"delay": 50, **settings},
        )
    )
    if encodings:
        assert answer.capabilities.position_encoding == encodings[0]
    client.initialized(types.InitializedParams())
    yield client
    await client.shutdown_async(None)
    client.exit(None)
    server = client._server
    assert server is not None
    assert await asyncio.wait_for(server.wait(), 20) == 0
    await client.stop()


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 90))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_places_are_in_the_units_that_the_client_asks_for(tmp_path: Path, encoding: types.PositionEncodingKind) -> None:
    async def scenario() -> None:
        async with editor(tmp_path, encodings=[encoding]) as client:
            client.open("a.txt", "é\r\n😀 é\u2028 dying march\rthe final week 𝒞")
            first, second = await client.diagnostics()
            before = {"utf-8": 4 + 1 + 2 + 3 + 1, "utf-16": 2 + 1 + 1 + 1 + 1, "utf-32": 5}[encoding.value]
            assert first.range == types.Range(types.Position(1, before), types.Position(1, before + 11))
            assert second.range == types.Range(types.Position(2, 4), types.Position(2, 14))
            hover = await client.hover("a.txt", 1, before + 10)
            assert hover is not None
            assert "death march" in hover
            assert await client.hover("a.txt", 1, before + 11) is None

    run(scenario())


def test_findings_follow_the_typing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with editor(tmp_path) as client:
            client.open("a.txt", "All is well.")
            assert await client.diagnostics() == []
            for version, text in enumerate(["a dy", "a dying", "a dying march"], 2):
                client.change("a.txt", text, version)
            (found,) = await client.diagnostics()
            assert (found.code, found.source, found.severity) == ("MT101", "mtcheck", types.DiagnosticSeverity.Error)
            assert client.published.empty()
            client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(client.uri("a.txt")))
            )
            assert await client.diagnostics() == []

    run(scenario())


def test_a_check_is_given_up_when_the_draft_changes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with editor(tmp_path) as client:
            client.open("a.txt", "Sleep!\n" * 100 + "the final week")
            await asyncio.sleep(0.5)
            client.change("a.txt", "a dying march", 2)
            (found,) = await asyncio.wait_for(client.diagnostics(), 10)
            assert found.message.startswith("garbled")

    run(scenario())


def test_quick_fixes_replace_and_vanish_when_the_text_moved(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with editor(tmp_path) as client:
            client.open("a.txt", "a dying march")
            (found,) = await client.diagnostics()
            replace, accept = await client.actions("a.txt", found)
            assert (replace.title, replace.is_preferred) == ("Replace with “death march”", True)
            (change,) = replace.edit.document_changes
            assert change.text_document.version == 1
            (edit,) = change.edits
            assert (edit.new_text, edit.range) == ("death march", found.range)
            assert accept.title == "Accept “dying march” from now on"
            found.data = None  # an editor that drops it
            assert len(await client.actions("a.txt", found)) == 2
            client.change("a.txt", "It is a dying march", 2)
            assert await client.actions("a.txt", found) == []

    run(scenario())


def test_an_accepted_phrase_goes_into_the_configuration_and_is_no_finding_any_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with editor(tmp_path) as client:
            client.open("a.txt", "a dying march in the final week")
            first, second = await client.diagnostics()
            action = (await client.actions("a.txt", first))[-1]
            assert action.title == "Accept “dying march” from now on"
            await client.accept("a.txt", "dying march")
            assert [one.range for one in await client.diagnostics()] == [second.range]
            assert (tmp_path / "mtcheck.toml").read_text() == 'accept = ["dying march"]\n'
            await client.accept("a.txt", "final\n week")
            assert await client.diagnostics() == []

    run(scenario())


def test_accepting_keeps_what_a_project_file_holds(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.mtcheck]  # ours\nmin-severity = "info"\n\n[tool.other]\nx = 1\n')

    async def scenario() -> None:
        async with editor(tmp_path) as client:
            client.open("a.txt", "really a dying march")
            assert len(await client.diagnostics()) == 2
            await client.accept("a.txt", "dying march")
            assert len(await client.diagnostics()) == 1

    run(scenario())
    assert project.read_text() == (
        '[tool.mtcheck]  # ours\nmin-severity = "info"\naccept = ["dying march"]\n\n[tool.other]\nx = 1\n'
    )


def test_settings_come_from_the_configuration_and_the_editor(tmp_path: Path) -> None:
    (tmp_path / "mtcheck.toml").write_text('exclude = ["old.txt"]\n[rules]\nMT101 = {severity = "info"}\n')

    async def scenario() -> None:
        async with editor(tmp_path, minSeverity="error") as client:
            client.open("old.txt", "a dying march")
            assert await client.diagnostics() == []
            client.open("a.txt", "a dying march")
            assert await client.diagnostics() == []
            settings = types.DidChangeConfigurationParams({"mtcheck": {"minSeverity": "info"}})
            client.workspace_did_change_configuration(settings)
            both = [*await client.diagnostics(), *await client.diagnostics()]
            assert [one.severity for one in both] == [types.DiagnosticSeverity.Information]
            (tmp_path / "mtcheck.toml").write_text("colour = 1\n")
            saved = types.TextDocumentIdentifier(client.uri("mtcheck.toml"))
            client.text_document_did_save(types.DidSaveTextDocumentParams(saved))
            assert "unknown key" in await asyncio.wait_for(client.messages.get(), 10)

    run(scenario())


def test_markup_is_read_as_markup_and_silencers_are_heard(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with editor(tmp_path) as client:
            client.open("a.md", "# A *dying* march\n\nThe `final week` and a dying march. <!-- mtcheck: ignore -->\n")
            (found,) = await client.diagnostics()
            assert found.range.start == types.Position(0, 5)
            # The asterisk inside would be lost.
            (accept,) = await client.actions("a.md", found)
            assert accept.title == "Accept “dying march” from now on"
            client.open("a.json", '{"text": "a dying march"}')
            assert await client.diagnostics() == []

    run(scenario())


def test_a_missing_model_and_a_bug_are_told_and_the_server_goes_on(tmp_path: Path) -> None:
    async def missing() -> None:
        async with editor(tmp_path, "--model", "missing") as client:
            client.open("a.txt", "a dying march")
            assert "mtcheck model fetch" in await asyncio.wait_for(client.messages.get(), 10)

    async def bug() -> None:
        async with editor(tmp_path) as client:
            client.open("a.txt", "Crash!")
            assert "a bug" in await asyncio.wait_for(client.messages.get(), 10)
            client.change("a.txt", "a dying march", 2)
            assert len(await client.diagnostics()) == 1

    run(missing())
    run(bug())
