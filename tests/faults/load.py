"""People who write contacts as fast as the pages allow, for as long as a scenario lasts."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.browser import Browser, NoAnswerError
from tests.faults.installation import Installation
from tests.faults.ledger import Ledger, Write

CONTACT = "/contacts/write/"
EMPLOYERS = [f"Bakkerij De Korenschoof {number}" for number in range(400)]
NOTES = [
    "Koffie gedronken; plan besproken.",
    'Zei: "in de keuken" – € 12,50 reiskosten.',
    "Zoë belde.",
]


class Load:
    """One browser and one thread for each person. The browsers stay signed in between scenarios."""

    def __init__(self, people: list[str]) -> None:
        self.people, self.ledger = people, Ledger()
        self.browsers: dict[str, Browser] = {}
        self._stop = threading.Event()

    def sign_in(self, installation: Installation) -> None:
        self.browsers = {name: installation.signed_in(name) for name in self.people}

    @contextmanager
    def running(self) -> Iterator[None]:
        self._stop.clear()
        threads = [threading.Thread(target=self._write_on, args=[name]) for name in self.people]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def send_again(self, write: Write) -> None:
        """What a person does who got no answer: press the button once more."""
        answer = self.browsers[write.by].post(write.form)
        write.answer = str(answer.status)
        if answer.is_accepted:
            write.acknowledged_at = time.monotonic()

    def _write_on(self, name: str) -> None:
        chance = random.Random(name)
        while not self._stop.is_set():
            try:
                self._write(name, chance)
            except NoAnswerError:
                time.sleep(0.1)

    def _write(self, name: str, chance: random.Random) -> None:
        form = self.browsers[name].form(CONTACT, having="form_number")
        form.type_in("client", chance.choice(sorted(form.offered["client"] - {""})))
        form.type_in("kind", kind := chance.choice(["werk", "steun", "werkgever"]))
        form.type_in("location", chance.choice(["thuis", "werkplek", "telefoon"]))
        form.type_in("minutes", chance.choice(["15", "30", "60"]))
        form.type_in("face_to_face", chance.choice(["yes", "no"]))
        form.type_in("note", f"{chance.choice(NOTES)} {form.values['form_number'][0]}")
        if kind == "werkgever":
            form.type_in("employer_name", chance.choice(EMPLOYERS))
            form.type_in("which_employer", "new")  # the names are alike: each is meant as it is typed
            form.type_in("is_sure", "on")  # a colleague may have been there
        write = self.ledger.add(Write(by=name, form=form))
        if chance.random() < 0.1:
            self._send_twice_at_once(write)
        else:
            self._send(write)

    def _send(self, write: Write) -> None:
        try:
            self.send_again(write)
        except NoAnswerError as error:
            write.answer = str(error)

    def _send_twice_at_once(self, write: Write) -> None:
        """A double click."""
        with ThreadPoolExecutor(2) as clicks:
            for _ in range(2):
                clicks.submit(self._send, write)
