"""The language server of ``mtcheck lsp``: findings as diagnostics, suggestions as quick fixes, reasons on hover.

``server`` speaks the protocol, ``drafts`` checks what is open, ``project`` reads and writes the configuration of a
draft, ``presentation`` turns findings into what editors show.
"""
