"""Least absolute deviations in plain Python: a few dozen columns need no library."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

Row = Sequence[float]
_Places = list[tuple[int, float]]
"""A row by the places that are not nought."""

CONSTANT_PENALTY = 5.0
"""What is assumed beforehand counts as much as so many bills."""


def least_squares(
    rows: Sequence[Row],
    targets: Sequence[float],
    weights: Sequence[float],
    penalty: float,
    constant_penalty: float = CONSTANT_PENALTY,
) -> list[float]:
    """Return the weighted ridge solution.

    The first column is the constant, which has a penalty of its own.
    """
    return _least_squares(
        [_places(row) for row in rows],
        len(rows[0]),
        targets,
        weights,
        (penalty, constant_penalty),
    )


def _places(row: Row) -> _Places:
    return [(place, value) for place, value in enumerate(row) if value]


def _least_squares(
    rows: Sequence[_Places],
    width: int,
    targets: Sequence[float],
    weights: Sequence[float],
    penalties: tuple[float, float],
) -> list[float]:
    penalty, constant_penalty = penalties
    gram = [[0.0] * width for _ in range(width)]
    right = [0.0] * width
    for used, target, weight in zip(rows, targets, weights, strict=True):
        for index, (place, value) in enumerate(used):
            scaled = weight * value
            right[place] += scaled * target
            line = gram[place]
            for other, found in used[index:]:
                line[other] += scaled * found
    for place in range(width):
        for other in range(place):
            gram[place][other] = gram[other][place]
        gram[place][place] += penalty if place else constant_penalty
    return _solved(gram, right)


def least_deviations(
    rows: Sequence[Row],
    targets: Sequence[float],
    weights: Sequence[float],
    penalty: float,
    constant_penalty: float = CONSTANT_PENALTY,
    rounds: int = 8,
) -> list[float]:
    """Return coefficients of the conditional median, by reweighted least squares.

    Deviations below one day count as one: days are whole.
    """
    whole, width = sum(weights), len(rows[0])
    places = [_places(row) for row in rows]
    found = _least_squares(places, width, targets, weights, (penalty, constant_penalty))
    for _ in range(rounds):
        pulled = [
            weight / max(1.0, abs(target - dot(row, found)))
            for row, target, weight in zip(rows, targets, weights, strict=True)
        ]
        # As strong against the weights of this round as against the first ones.
        scale = sum(pulled) / whole
        penalties = (penalty * scale, constant_penalty * scale)
        found = _least_squares(places, width, targets, pulled, penalties)
    return found


def dot(left: Row, right: Row) -> float:
    """Return the scalar product."""
    assert len(left) == len(right), "a product of rows of one length"
    found: float = sum(map(mul, left, right))
    return found


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve by Cholesky's way; the matrix is positive definite through its penalty."""
    width = len(right)
    lower = [[0.0] * width for _ in range(width)]
    for row in range(width):
        for column in range(row + 1):
            rest = matrix[row][column] - sum(
                lower[row][k] * lower[column][k] for k in range(column)
            )
            if row == column:
                lower[row][row] = max(rest, 1e-12) ** 0.5
            else:
                lower[row][column] = rest / lower[column][column]
    half = [0.0] * width
    for row in range(width):
        half[row] = (right[row] - dot(lower[row][:row], half[:row])) / lower[row][row]
    solution = [0.0] * width
    for row in reversed(range(width)):
        rest = half[row] - sum(lower[k][row] * solution[k] for k in range(row + 1, width))
        solution[row] = rest / lower[row][row]
    return solution
