"""The protocol: what editors send, and what they are sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from mtcheck._version import __version__
from mtcheck.configuration import OWN_FILE, PROJECT_FILE
from mtcheck.errors import MtcheckError
from mtcheck.findings import Severity
from mtcheck.lsp import presentation
from mtcheck.lsp.drafts import Draft, Drafts
from mtcheck.lsp.positions import Positions
from mtcheck.lsp.project import accept
from mtcheck.stepwise import StepwiseChecker

CONFIGURATIONS = (OWN_FILE, PROJECT_FILE)


def create(load: Callable[[], StepwiseChecker], locate: Callable[[str], Path | None]) -> LanguageServer:
    """The language server.

    Args:
        load: loads the checker when the first draft is opened.
        locate: finds the configuration of a draft by its path.
    """
    # Texts come whole with each change: pygls ends lines of changes where the protocol does not, say at U+2028.
    server = LanguageServer("mtcheck", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)

    def show(draft: Draft) -> None:
        checked = draft.checked
        if checked is None:
            return
        positions = Positions(checked.text, server.workspace.position_codec)
        found = [presentation.diagnostic(document, finding, positions) for document, finding in checked.found]
        server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(draft.uri, found, version=checked.version)
        )

    def complain(sentence: str) -> None:
        server.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"mtcheck: {sentence}"))

    drafts = Drafts(load, locate, show, complain)

    def take_settings(data: Any) -> None:
        found = presentation.settings(data)
        least, delay = found.get("minSeverity"), found.get("delay")
        if isinstance(least, str):
            if least.upper() in Severity.__members__:
                drafts.minimum = Severity[least.upper()]
            else:
                complain(f"minSeverity is {least!r}; severities are info, warning, error")
        if isinstance(delay, int | float) and not isinstance(delay, bool) and 0 <= delay <= 60_000:
            drafts.delay = delay / 1000

    def positions_in(uri: str) -> Positions | None:
        draft = drafts.get(uri)
        return Positions(draft.text, server.workspace.position_codec) if draft else None

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        capability = server.client_capabilities.workspace
        watched = capability.did_change_watched_files if capability else None
        if watched and watched.dynamic_registration:
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in CONFIGURATIONS]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            server.client_register_capability(
                types.RegistrationParams(
                    [types.Registration("configuration", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
                )
            )

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        take_settings(params.initialization_options)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings_changed(params: types.DidChangeConfigurationParams) -> None:
        take_settings(params.settings)
        drafts.check_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        drafts.check_all()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        drafts.open(document.uri, _path(document.uri), document.text, document.version)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        identifier = params.text_document
        text = server.workspace.get_text_document(identifier.uri).source
        drafts.change(identifier.uri, text, identifier.version)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        # Not every editor tells of changed configurations, but each tells when it saves one.
        if Path(_path(params.text_document.uri)).name in CONFIGURATIONS:
            drafts.check_all()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        drafts.close(params.text_document.uri)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        draft, positions = drafts.get(uri), positions_in(uri)
        if draft is None or positions is None:
            return []
        edits = server.client_capabilities.workspace and server.client_capabilities.workspace.workspace_edit
        versioned = bool(edits and edits.document_changes)
        return list(
            presentation.code_actions(uri, draft.version, _meant(params, draft, positions), positions, versioned)
        )

    def _meant(params: types.CodeActionParams, draft: Draft, positions: Positions) -> list[types.Diagnostic]:
        """The diagnostics that the client names or, where it drops their data, those at the place."""
        if any(isinstance(one.data, dict) for one in params.context.diagnostics):
            return list(params.context.diagnostics)
        if draft.checked is None or draft.checked.text != draft.text:
            return []
        first, last = positions.offset(params.range.start), positions.offset(params.range.end)
        found = []
        for document, finding in draft.checked.found:
            start, end = document.source_span(finding.start, finding.end)
            if start <= last and first <= end:
                found.append(presentation.diagnostic(document, finding, positions))
        return found

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        draft, positions = drafts.get(params.text_document.uri), positions_in(params.text_document.uri)
        if draft is None or positions is None or draft.checked is None or draft.checked.text != draft.text:
            return None
        offset = positions.offset(params.position)
        for document, finding in draft.checked.found:
            start, end = document.source_span(finding.start, finding.end)
            if start <= offset < end:
                return presentation.hover(document, finding, positions)
        return None

    @server.command(presentation.ACCEPT)
    async def accept_phrase(uri: str, phrase: str) -> None:
        path = _path(uri)
        file = locate(path) or Path(server.workspace.root_path or Path(path).parent) / OWN_FILE
        try:
            accept(file, phrase)
        except MtcheckError as error:
            complain(str(error))
            return
        server.window_log_message(
            types.LogMessageParams(types.MessageType.Info, f"mtcheck: “{phrase}” is accepted in {file}")
        )
        drafts.check_all()

    @server.feature(types.SHUTDOWN)
    async def shut_down(params: None) -> None:
        drafts.stop()

    return server


def run(load: Callable[[], StepwiseChecker], locate: Callable[[str], Path | None]) -> None:
    """Serve one editor over standard input and output until it says to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    create(load, locate).start_io()


def _path(uri: str) -> str:
    """A file's path; a draft that has no file yet has a name without a folder."""
    return uris.to_fs_path(uri) or uri.rpartition(":")[2].lstrip("/") or "untitled"
