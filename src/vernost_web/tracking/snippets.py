"""How a client is told to send here: only its host is changed."""

SNIPPETS = {
    "browser": "@segment/analytics-next",
    "node": "@segment/analytics-node",
    "python": "segment-analytics-python",
    "posthog": "posthog (Python)",
    "curl": "curl",
}
"""What each is called."""

_TEMPLATES = {
    "browser": """\
import {{ AnalyticsBrowser }} from "@segment/analytics-next";

const here = {{ apiKey: "{key}", apiHost: "{host}/v1", protocol: "{scheme}" }};
const analytics = AnalyticsBrowser.load({{
  writeKey: "{key}",
  cdnSettings: {{ integrations: {{ "Segment.io": here }} }},
}});
analytics.identify("customer-17", {{ email: "ann@example.com" }});
analytics.track("Order Completed", {{ order_id: "1001", total: 250.5 }});""",
    "node": """\
import {{ Analytics }} from "@segment/analytics-node";

const analytics = new Analytics({{ writeKey: "{key}", host: "{address}" }});
const order = {{ order_id: "1001", total: 250.5 }};
analytics.track({{ userId: "customer-17", event: "Order Completed", properties: order }});
await analytics.closeAndFlush();""",
    "python": """\
import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{address}"
analytics.track("customer-17", "Order Completed", {{"order_id": "1001", "total": 250.5}})
analytics.flush()""",
    "posthog": """\
from posthog import Posthog

posthog = Posthog("{key}", host="{address}")
posthog.capture("Order Completed", distinct_id="customer-17", properties={{"order_id": "1001", "total": 250.5}})
posthog.shutdown()""",
    "curl": """\
curl {address}/v1/track -u {key}: \\
  -d '{{"userId": "customer-17", "event": "Order Completed", "properties": {{"order_id": "1001", "total": 250.5}}}}'""",
}


def snippets(address: str, key: str) -> list[dict[str, str]]:
    """Programs that send to an address with a key."""
    scheme, _, host = address.partition("://")
    gaps = {"address": address, "scheme": scheme, "host": host, "key": key}
    return [{"name": name, "title": SNIPPETS[name], "text": text.format(**gaps)} for name, text in _TEMPLATES.items()]
