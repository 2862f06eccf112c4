"""How much a submission may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission's process.

    Attributes:
        call_seconds: wall-clock time of one question to the learner's code.
        cell_seconds: wall-clock time of one cell of the notebook.
        submission_seconds: wall-clock time of all of it together, restarts included.
        cpu_seconds: processor time of one process (a submission that crashes gets a new one).
        memory_gb: memory of all processes together, and address space of each; TensorFlow itself
            maps about 2.
        scratch_mb: what the private scratch folder holds, and the largest file.
        processes: processes and threads.
        answer_mb: the largest answer to one question.

    Raises:
        ValueError: a bound that is not a positive number.
    """

    call_seconds: float = 30.0
    cell_seconds: float = 20.0
    submission_seconds: float = 600.0
    cpu_seconds: float = 600.0
    memory_gb: float = 6.0
    scratch_mb: float = 128.0
    processes: int = 200
    answer_mb: float = 64.0

    def __post_init__(self):
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
                raise ValueError(f"Limit {item.name} is {value!r}; expected a number above 0.")

    def as_data(self) -> dict[str, float]:
        """The bounds as plain data."""
        return asdict(self)
