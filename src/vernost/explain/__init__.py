"""Why it happened: groups of customers by rule, and what they differ in."""
