// What somebody writes who sends events by the client of Segment for Node: ADDRESS KEY.
import { Analytics } from "@segment/analytics-node";

const [address, key] = process.argv.slice(2);
const analytics = new Analytics({ writeKey: key, host: address });
analytics.on("error", (error) => { console.error(error); process.exitCode = 1; });
analytics.identify({ userId: "ann", anonymousId: "visitor-of-node", traits: { email: "ann@example.com" } });
analytics.track({ userId: "ann", event: "Order Completed", properties: { order_id: "1001", total: 250.5 } });
analytics.page({ userId: "ann", name: "Home", properties: { url: "https://shop.example.com/" } });
analytics.screen({ userId: "ann", name: "Cart" });
analytics.group({ userId: "ann", groupId: "acme", traits: { name: "Acme" } });
analytics.alias({ previousId: "visitor-before", userId: "ann" });
await analytics.closeAndFlush();
