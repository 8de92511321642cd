"""The server of ``mtcheck serve``: LanguageTool's HTTP API, an API of its own and metrics over one checker.

``engine`` checks for all clients in one thread, ``languagetool`` knows that API's parameters and answers, ``report``
and ``files`` the own one's, ``guard`` keeps out what must not come in, ``app`` ties them together and ``run`` listens.
"""
