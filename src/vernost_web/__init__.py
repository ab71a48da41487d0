"""The web application: slices in the order of the flow, each entered only by its queries and actions."""
