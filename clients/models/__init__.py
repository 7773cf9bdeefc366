from clients.models.assignment import Assignment
from clients.models.client import Client

__all__ = ["Assignment", "Client"]
