"""How far an import is, and what it reported."""

from dataclasses import dataclass

from django.core.cache import cache

from trajectories.models import ImportRun, ImportState

PROGRESS_SECONDS = 3600
SHOWN_REFUSALS = 200


@dataclass(frozen=True)
class RunProgress:
    """Bytes of the files together; nothing is known before the worker has begun."""

    file: str = ""
    done: int = 0
    total: int = 0

    @property
    def percentage(self) -> int:
        """Whole percents of the bytes that were read; 0 before the worker has begun."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True)
class RunPage:
    """What the page of one import shows."""

    run: ImportRun
    is_unfinished: bool
    progress: RunProgress
    error: str
    files: list[dict]
    refusals: list[dict]
    refusals_total: int
    refusals_listed: int
    notices: list[str]


def progress_key(run: ImportRun) -> str:
    """Where the cache keeps how far this import is."""
    return f"import-progress-{run.public_id}"


def run_page(run: ImportRun) -> RunPage:
    """The page of a run; its report only once it is finished."""
    is_unfinished = run.state in (ImportState.WAITING, ImportState.RUNNING)
    told = cache.get(progress_key(run)) if is_unfinished else None
    refusals = run.report.get("refusals", [])
    return RunPage(
        run=run,
        is_unfinished=is_unfinished,
        progress=RunProgress(**told) if told else RunProgress(),
        error=run.report.get("error", ""),
        files=run.report.get("files", []),
        refusals=refusals[:SHOWN_REFUSALS],
        refusals_total=run.report.get("refusals_total", 0),
        refusals_listed=len(refusals),
        notices=run.report.get("notices", []),
    )
