"""What somebody writes who sends events by the client of PostHog for Python: ADDRESS KEY [gzip]."""

import sys

from posthog import Posthog


def main(address: str, key: str, *words: str) -> list[object]:
    """Send; what went wrong."""
    failed: list[object] = []
    client = Posthog(key, host=address, gzip="gzip" in words, on_error=lambda error, _items: failed.append(error))
    client.set(distinct_id="ann", properties={"email": "ann@example.com"})
    client.capture("Order Completed", distinct_id="ann", properties={"order_id": "1001", "total": 250.5})
    client.capture("Opened", distinct_id="ann", properties={"$set": {"plan": "pro"}})
    client.capture("Seen by nobody known")
    client.group_identify("company", "acme", {"name": "Acme"})
    client.alias("visitor-before", "ann")
    if client.feature_enabled("new-cart", "ann"):
        failed.append("a flag that nobody switched on is on")
    client.shutdown()
    return failed


if __name__ == "__main__":
    sys.exit(str(failed) if (failed := main(*sys.argv[1:])) else 0)
