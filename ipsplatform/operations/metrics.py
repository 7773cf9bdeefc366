"""Shows Prometheus the numbers of all workers of this web server, at METRICS_BIND and nowhere else.

A process beside gunicorn, so that a scrape costs no visitor a thread.
"""

from collections.abc import Iterator

import redis
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from ipsplatform.operations.healthcheck import ask_parts
from ipsplatform.settings.environment import Environment, trust

STATES = {"ok": 0, "warn": 1, "down": 2}
QUEUE = "celery"
BROKER_SECONDS = 1
env = Environment()


class HealthCollector:
    """The parts of `/health/ready/`, and how much waits in the queue, at the moment of the scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Of what does not answer there is no number, but for `ips_web_answers` and `ips_queue_answers`."""
        parts = ask_parts()
        yield GaugeMetricFamily("ips_web_answers", "1 when /health/ready/ answers.", value=bool(parts))
        states = GaugeMetricFamily("ips_part_state", "0 ok, 1 warn, 2 down.", labels=["part"])
        for part, state in parts.items():
            states.add_metric([part], STATES[state])
        yield states
        waiting = _waiting()
        yield GaugeMetricFamily("ips_queue_answers", "1 when the queue answers.", value=waiting is not None)
        if waiting is not None:
            yield GaugeMetricFamily("ips_queue_length", "Tasks that no worker has taken.", value=waiting)


def main() -> None:
    """Answer until gunicorn ends."""
    host, _, port = env.str("METRICS_BIND").rpartition(":")
    if authority := env.str("CA_FILE", default=""):
        trust(authority)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(HealthCollector())
    _server, thread = start_http_server(int(port), host or "127.0.0.1", registry)
    thread.join()


def _waiting() -> int | None:
    url = env.url_with_password("REDIS_PASSWORD", url=env.str("REDIS_URL"))
    limits = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    try:
        with redis.Redis.from_url(url, **limits) as broker:
            return broker.llen(QUEUE)
    except redis.RedisError:
        return None


if __name__ == "__main__":
    main()
