"""A made-up company with known truth: all tables of the log, and why each customer left."""
