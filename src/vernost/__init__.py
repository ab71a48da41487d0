"""Vernost keeps a company's customers."""
