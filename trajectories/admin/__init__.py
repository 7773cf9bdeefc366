from trajectories.admin.import_run import ImportRunAdmin

__all__ = ["ImportRunAdmin"]
