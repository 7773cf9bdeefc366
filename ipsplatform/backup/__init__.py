"""Backup and restore: the whole database and the uploaded files in one file that proves itself (ADR 34)."""
