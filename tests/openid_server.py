"""Serves `oidc-provider-mock` on a free port of this machine and prints its address; ends with its parent.

Four things differ from that package: it insists on PKCE, it can publish another key than the one it signs
with, it can say more of itself, and its pages ask for no other file, here or elsewhere. What a test says of
a person goes into the id token as it is, also `acr`, `amr`, `aud` and `exp`.
"""

import base64
import hashlib
import json
import os
import re
import sys
import threading

import flask
import oidc_provider_mock
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server


def serve() -> None:
    app = oidc_provider_mock.app(require_nonce=True)
    _insist_on_pkce(app)
    _let_keys_differ(app)
    _let_it_say_more(app)
    _keep_to_this_machine(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _insist_on_pkce(app: flask.Flask) -> None:
    challenges: set[str] = set()

    @app.before_request
    def check():
        if flask.request.path == "/oauth2/authorize":
            if flask.request.args.get("code_challenge_method") != "S256":
                return "no PKCE", 400
            challenges.add(flask.request.args["code_challenge"])
        if flask.request.path == "/oauth2/token":
            digest = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") not in challenges:
                return "wrong code_verifier", 400
        return None


def _let_keys_differ(app: flask.Flask) -> None:
    published = {"key": "own"}

    @app.put("/key/<name>")
    def choose(name: str):
        published["key"] = name
        return "", 204

    @app.after_request
    def other_key(response):
        if flask.request.path == "/jwks" and published["key"] != "own":
            name = {"kid": response.json["keys"][0].get("kid", "other")}
            key = RSAKey.generate_key(2048).as_dict(private=False) | name
            response.set_data(json.dumps({"keys": [key]}))
        return response


def _let_it_say_more(app: flask.Flask) -> None:
    more: dict = {}

    @app.put("/configuration")
    def say():
        more.clear()
        more.update(flask.request.json)
        return "", 204

    @app.after_request
    def with_more(response):
        if flask.request.path == "/.well-known/openid-configuration":
            response.set_data(json.dumps(response.json | more))
        return response


def _keep_to_this_machine(app: flask.Flask) -> None:
    @app.get("/favicon.ico")
    def icon():
        return "", 204

    @app.after_request
    def without_other_files(response):
        if response.mimetype == "text/html":
            page = response.get_data(as_text=True)
            response.set_data(re.sub(r"<(link|script)[^>]*https://[^>]*>", "", page))
        return response


if __name__ == "__main__":
    serve()
