"""Say what is next: who will leave, when, and what each customer is worth."""

from vernost.predict.estimator import NotFitted

__all__ = ["NotFitted"]
