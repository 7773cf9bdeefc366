"""The rooms of the house: the packages, one per feature, inside the four apps."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
FLOORS = ("staff", "clients", "trajectories", "reports")
NOT_ROOMS = {"migrations", "models"}


def rooms() -> list[str]:
    """Dotted names, lowest floor first."""
    return [
        f"{floor}.{package.parent.name}"
        for floor in FLOORS
        for package in sorted((BASE_DIR / floor).glob("*/__init__.py"))
        if package.parent.name not in NOT_ROOMS
    ]
