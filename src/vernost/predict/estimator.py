"""What every estimator of this stage is: it stores what it is given, learns into ``name_``, gives itself back."""

import inspect
from typing import Any, Self

from vernost.errors import InvalidValue, VernostError


class NotFitted(VernostError):
    """An estimator is asked for what it has not learnt yet."""

    def __init__(self, estimator: str) -> None:
        super().__init__("{estimator} has not learnt anything yet. Call its fit first.", estimator=estimator)


class Estimator:
    """The conventions of scikit-learn, without importing it: its ``clone`` and its searches take these too."""

    @classmethod
    def _names(cls) -> list[str]:
        named = inspect.signature(cls.__init__).parameters.values()
        return [p.name for p in named if p.name != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002, FBT001, FBT002 - shape of scikit-learn
        """What it was made with."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:
        """Replace some of what it was made with."""
        for name, value in params.items():
            if name not in self._names():
                raise InvalidValue(
                    "{estimator} has no parameter {name!r}; it has {known}.",
                    estimator=type(self).__name__,
                    name=name,
                    known=self._names(),
                )
            setattr(self, name, value)
        return self

    def _check_fitted(self) -> None:
        if not any(name.endswith("_") and not name.startswith("_") for name in vars(self)):
            raise NotFitted(type(self).__name__)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({given})"
