"""What can be measured while serving, for Prometheus: one table, and what fills it.

Each application has metrics of its own. A part of the program counts (`count`), or is read when
somebody asks (`watch`); a name that is not in the table is an error.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from prometheus_client.core import Metric
    from starlette.requests import Request

Reading = float | Mapping[str, float]
"""A value, or for a metric with a label the values by label."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Described:
    """A metric: its type, what it says, its labels."""

    type: str
    help: str
    labels: tuple[str, ...] = ()


METRICS: dict[str, Described] = {
    "keikaku_requests_total": Described(
        "counter", "requests answered; 499: the client left", ("kind", "method", "status")
    ),
    "keikaku_request_seconds": Described(
        "histogram", "how long requests took, to the last byte", ("kind",)
    ),
    "keikaku_response_bytes_total": Described(
        "counter", "bytes of the bodies of responses", ("kind",)
    ),
    "keikaku_requests_open": Described("gauge", "requests being answered now"),
    "keikaku_slow_queries_total": Described(
        "counter", "queries that took longer than slow_query_seconds"
    ),
    "keikaku_queries_waiting": Described("gauge", "queries that wait for their turn"),
    "keikaku_workers_running": Described("gauge", "workers answering a query now", ("lane",)),
    "keikaku_workers_spare": Described("gauge", "workers standing ready"),
    "keikaku_workers_killed_total": Described("counter", "workers killed or lost", ("reason",)),
    "keikaku_cache_entries": Described("gauge", "results in the cache"),
    "keikaku_cache_bytes": Described("gauge", "size of the results in the cache"),
    "keikaku_cache_hits_total": Described("counter", "queries answered from the cache"),
    "keikaku_cache_misses_total": Described("counter", "queries that the cache could not answer"),
    "keikaku_release_info": Described("gauge", "1 for the release being served", ("release",)),
    "keikaku_release_taken_up_seconds": Described(
        "gauge", "when this release was taken up, in seconds since 1970"
    ),
}
"""Every metric by its name. Beside them stand those of the process: `keikaku_process_…`."""


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        """Begin to count."""
        self._counters = {
            name: Counter(name, metric.help, metric.labels, registry=None)
            for name, metric in METRICS.items()
            if metric.type == "counter"
        }
        self._histograms = {
            name: Histogram(name, metric.help, metric.labels, registry=None, buckets=_BUCKETS)
            for name, metric in METRICS.items()
            if metric.type == "histogram"
        }
        self._watched: dict[str, Callable[[], Reading]] = {}
        self._answers: dict[tuple[str, str, int], Counter] = {}
        self._kinds: dict[str, tuple[Histogram, Counter]] = {}
        self.registry = CollectorRegistry()
        self.registry.register(self)
        ProcessCollector(namespace="keikaku", registry=self.registry)

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Add to the counter `name`, with the values of its labels."""
        counter = self._counters[name]
        (counter.labels(*labels) if labels else counter).inc(by)

    def watch(self, name: str, read: Callable[[], Reading]) -> None:
        """Take the value of `name`, a counter or a gauge, from `read` whenever somebody asks.

        A metric with a label is read as a mapping from the label's values. `read` is called in the
        server's event loop and must be quick. Watched again, a metric has the last reader.
        """
        if METRICS[name].type == "histogram":
            raise KeyError(name)
        self._watched[name] = read

    def answered(self, kind: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count a request that was answered."""
        key = (kind, method, status)
        answers = self._answers.get(key)
        if answers is None:
            answers = self._counters["keikaku_requests_total"].labels(kind, method, str(status))
            self._answers[key] = answers
            self._kinds[kind] = (
                self._histograms["keikaku_request_seconds"].labels(kind),
                self._counters["keikaku_response_bytes_total"].labels(kind),
            )
        answers.inc()
        times, sizes = self._kinds[kind]
        times.observe(seconds)
        sizes.inc(size)

    def collect(self) -> Iterator[Metric]:
        """Yield every metric that has a value."""
        kept = {**self._counters, **self._histograms}
        for name in METRICS:
            if name in self._watched:
                yield from self._read(name)
            elif name in kept:
                yield from map(_without_creation, kept[name].collect())

    def _read(self, name: str) -> Iterator[Metric]:
        """Yield a watched metric; one that cannot be read is left out, and the others stay."""
        metric = METRICS[name]
        family = _FAMILIES[metric.type](name, metric.help, labels=metric.labels)
        try:
            reading = self._watched[name]()
        except Exception:  # noqa: BLE001 - the other metrics are wanted all the more
            _log.exception("%s cannot be read", name)
            return
        if isinstance(reading, Mapping):
            for label, value in reading.items():
                family.add_metric([label], value)
        else:
            family.add_metric([], reading)
        yield family


_FAMILIES = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}


def _without_creation(metric: Metric) -> Metric:
    """Leave out when each counter was made: a series more for each, which nobody asks for."""
    metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
    return metric


def metrics_endpoint(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers /metrics, in the text format of Prometheus or of OpenMetrics."""

    async def endpoint(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        headers = {"Content-Type": content_type, "Cache-Control": "no-store", "Vary": "Accept"}
        return Response(encode(metrics.registry), headers=headers)

    return endpoint
