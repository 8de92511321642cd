"""What Prometheus may ask for: requests, their time, the queue, rounds, words and findings."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from mtcheck.findings import DocumentResult

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counters of one server; none of them tells anything of a text but its length."""

    def __init__(self, queue_length: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "mtcheck_requests", "Requests answered.", ["endpoint", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "mtcheck_request_seconds",
            "Time from a request's head to the end of its answer.",
            ["endpoint"],
            registry=self._registry,
            buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
        )
        self._round = Histogram(
            "mtcheck_round_documents",
            "Documents that the model read together.",
            registry=self._registry,
            buckets=(1, 2, 4, 8, 16),
        )
        self._words = Counter("mtcheck_words", "Words checked.", registry=self._registry)
        self._findings = Counter("mtcheck_findings", "Findings.", ["rule", "severity"], registry=self._registry)
        Gauge("mtcheck_queue_documents", "Documents under way or waiting.", registry=self._registry).set_function(
            queue_length
        )

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def read_together(self, documents: int) -> None:
        """Count a round of the engine."""
        self._round.observe(documents)

    def checked(self, result: DocumentResult) -> None:
        """Count a document and its findings."""
        self._words.inc(result.words)
        for finding in result.findings:
            self._findings.labels(finding.rule, finding.severity.label).inc()

    def text(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self._registry)
