"""What the administrator sees of clients: that they exist."""

from clients.admin.client import ClientAdmin

__all__ = ["ClientAdmin"]
