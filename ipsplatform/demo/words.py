"""What clients say and what colleagues write down, from `words.toml`."""

import tomllib
from pathlib import Path
from random import Random

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def pick_note(rng: Random, situation: str, *, in_person: bool) -> tuple[str, str]:
    """The place that a sentence speaks of, or nothing, and the sentence; the slots are still open."""
    sentences = [
        sentence for sentence in WORDS["notes"][situation] if not (in_person and sentence.startswith("tel"))
    ]
    place, _, sentence = rng.choice(sentences).rpartition("| ")
    return place, sentence


def fill(sentence: str, *, first_name: str, occupation: str, employer: str) -> str:
    return sentence.format(
        naam=first_name, werk=occupation or "medewerker", werkgever=employer or "de werkgever"
    )
