"""What somebody writes who sends events by the client of Segment for Python: ADDRESS KEY [gzip]."""

import sys
from datetime import UTC, datetime

from segment.analytics.client import Client


def main(address: str, key: str, *words: str) -> list[object]:
    """Send; what went wrong."""
    failed: list[object] = []
    client = Client(key, host=address, gzip="gzip" in words, on_error=lambda error, _items: failed.append(error))
    client.identify("ann", {"email": "ann@example.com", "plan": "pro"}, anonymous_id="visitor-of-python")
    order = {"order_id": "1001", "total": 250.5}
    client.track("ann", "Order Completed", order, timestamp=datetime(2024, 2, 29, 9, tzinfo=UTC))
    client.page("ann", "Docs", "Python", {"url": "https://shop.example.com/docs"})
    client.screen("ann", "Cart", "Basket")
    client.group("ann", "acme", {"name": "Acme"})
    client.alias("visitor-before", "ann")
    client.shutdown()
    return failed


if __name__ == "__main__":
    sys.exit(str(failed) if (failed := main(*sys.argv[1:])) else 0)
