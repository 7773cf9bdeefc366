"""Whether numbers that are shown give another one away."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


def is_recoverable(cell: np.ndarray, rows: Sequence[np.ndarray], people: np.ndarray) -> bool:
    """Whether whole people, of whom the reader knows the sums in `rows`, allow one value of `cell` only.

    `people` says how many there are of each kind: one of the solutions.
    """
    if not rows:
        return False
    shown = np.unique(np.array(rows), axis=0)
    system = LinearConstraint(shown, *(2 * [shown @ people]))
    truth = round(cell @ people)
    for sign in (1, -1):
        answer = milp(
            sign * cell, constraints=system, integrality=np.ones(len(people)), bounds=Bounds(0, np.inf)
        )
        if answer.status == 3:  # without bound
            return False
        assert answer.success, answer.message
        if round(sign * answer.fun) != truth:
            return False
    return True
