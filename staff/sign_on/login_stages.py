"""What stands between a password, or a sign-on service, and being signed in."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the sign-on service asked for one a moment ago."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        seen = any((one["method"], one.get("type")) == ("mfa", "oidc") for one in records)
        return not seen and super()._should_handle(request)
