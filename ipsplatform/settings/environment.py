"""Where settings come from: the environment, or a file that the environment names (`NAME_FILE`)."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping


class _Values(FileAwareMapping):
    """A file usually ends with a line break that is no part of the secret in it."""

    def __getitem__(self, key: str) -> str:
        try:
            value = super().__getitem__(key)
        except OSError as error:
            raise ImproperlyConfigured(
                f"The file in {key}_FILE can't be read by user {os.geteuid()}: {error}."
            ) from error
        except UnicodeDecodeError as error:
            raise ImproperlyConfigured(f"The file in {key}_FILE holds something other than text.") from error
        return value.rstrip("\r\n") if self.env.get(f"{key}_FILE") else value


class Environment(environ.FileAwareEnv):
    """Every setting can be given as NAME or as NAME_FILE, the path of a file; the file goes first."""

    ENVIRON = _Values()

    def required(self, name: str) -> str:
        """A setting without a safe default: say so at once, not at the first request."""
        if value := self.str(name, default=""):
            return value
        raise ImproperlyConfigured(f"The environment variable {name} is not set; .env.example explains it.")

    def database(self, name: str, *, url: str) -> dict:
        """The database at this URL, with the password in `name`, if any: it need not be in the URL."""
        password = self.str(name, default="")
        return {**self.db_url_config(url), **({"PASSWORD": password} if password else {})}

    def url_with_password(self, name: str, *, url: str) -> str:
        """The same for an address that stays a URL."""
        password, parts = self.str(name, default=""), urlsplit(url)
        if not password:
            return url
        host, user = parts.netloc.rpartition("@")[2], parts.username or ""
        return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def trust(authority: str) -> None:
    """Trust the certificate authorities in this file beside those of the system, in every connection.

    OpenSSL (mail, the queue) reads the file in SSL_CERT_FILE and the folder of the system. libpq has a name
    of its own for it, and asks who the server is only when the URL says `sslmode=verify-full`.
    """
    path = Path(authority)
    if not path.is_file() or "BEGIN CERTIFICATE" not in path.read_text(errors="replace"):
        raise ImproperlyConfigured(f"CA_FILE names no certificates in PEM format: {authority}")
    os.environ["SSL_CERT_FILE"] = os.environ["PGSSLROOTCERT"] = authority
