"""Set the product's report beside the independent calculation, number by number."""

from tests.oracle.indicators import figures

MILLIONTH = 1.000001e-6  # both sides are rounded to six decimals
EXACT = ("rate", "best", "worst")  # of counted people: half upwards from the fraction itself


def differences(folder, report, *, today, **scope):
    """Every place where the report differs from the calculation: {path: (report, calculation)}."""
    expected = flatten(figures(folder, today=today, **scope))
    found = flatten({key: value for key, value in report.items() if key != "scope"})
    paths = sorted(expected.keys() | found.keys())
    pairs = {path: (found.get(path, "absent"), expected.get(path, "absent")) for path in paths}
    return {path: pair for path, pair in pairs.items() if not equal(path, *pair)}


def flatten(value, path=""):
    if isinstance(value, dict):
        return {
            key: leaf for name, part in value.items() for key, leaf in flatten(part, f"{path}.{name}").items()
        }
    if isinstance(value, list):
        return {
            key: leaf for i, part in enumerate(value) for key, leaf in flatten(part, f"{path}[{i}]").items()
        }
    return {path.lstrip("."): value}


def equal(path, left, right):
    is_estimate = path.rpartition(".")[2] not in EXACT
    if is_estimate and isinstance(left, float) and isinstance(right, int | float):
        return abs(left - right) <= MILLIONTH
    return left == right
