#!/usr/bin/env python3
"""The published OFREP client for Python against a running server.

    pip install --target packages openfeature-sdk==0.10.0 openfeature-provider-ofrep==0.3.0
    PYTHONPATH=packages tests/clients/ofrep.py http://localhost:8000 ADDRESS PASSWORD

It logs in as a manager, imports a flag set of its own, makes an API key with the scope `flags`, evaluates each flag by the
client, lets an incident pull a kill switch and resolves it. It prints what held and ends with 1 if anything did not.
"""

import sys
import time
import uuid

import requests
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

FLAGS = {
    "flags": {
        "bool": {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"},
        "text": {"state": "ENABLED", "variants": {"a": "A", "b": "B"}, "defaultVariant": "a"},
        "whole": {"state": "ENABLED", "variants": {"one": 1, "ten": 10}, "defaultVariant": "ten"},
        "real": {"state": "ENABLED", "variants": {"zero": 0.0, "ten": 10.0}, "defaultVariant": "ten"},
        "object": {"state": "ENABLED", "variants": {"x": {"list": [1, 2.5, None]}}, "defaultVariant": "x"},
        "ruled": {
            "state": "ENABLED",
            "variants": {"on": True, "off": False},
            "defaultVariant": "off",
            "targeting": {"if": [{"$ref": "ours"}, "on", None]},
            "metadata": {"owner": "payments"},
        },
        "split": {
            "state": "ENABLED",
            "variants": {"heads": "heads", "tails": "tails"},
            "defaultVariant": "heads",
            "targeting": {"fractional": [["heads", 50], ["tails", 50]]},
        },
        "off": {"state": "DISABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"},
        "code": {"state": "ENABLED", "variants": {"on": True}, "defaultVariant": None},
        "broken": {"state": "ENABLED", "variants": {"on": True}, "targeting": {"var": "variant"}},
    },
    "$evaluators": {"ours": {"ends_with": [{"var": "email"}, "@example.org"]}},
}

held = []
failed = []


def check(what, given, expected):
    (held if given == expected else failed).append(what)
    if given != expected:
        print(f"FAILED {what}: {given!r}, not {expected!r}")


def until(what, probe, expected, patience=20):
    """Asks until the answer is as expected, for so many seconds; returns how long it took."""
    begin = time.monotonic()
    while (given := probe()) != expected and time.monotonic() - begin < patience:
        time.sleep(0.02)
    check(what, given, expected)
    return time.monotonic() - begin


def code_of(found):
    """Its name, whichever kind of enumeration this version of Python makes of it."""
    return getattr(found.error_code, "value", found.error_code)


def main(url, email, password):
    session = requests.Session()

    def ask(method, path, body=None, expected=(200, 201, 204)):
        answer = session.request(method, url + path, json=body, timeout=10)
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.text else None

    login = ask("POST", "/api/v1/auth/login", {"email": email, "password": password})
    session.headers["Authorization"] = f"Bearer {login['token']}"
    ask("PUT", "/api/v1/flags/sets/default", FLAGS)
    key = ask("POST", "/api/v1/keys", {"name": "python client", "scopes": ["flags"]})["key"]

    api.set_provider(OFREPProvider(url, headers_factory=lambda: {"X-API-Key": key}))
    client = api.get_client()
    ours = EvaluationContext(targeting_key="user-42", attributes={"email": "ada@example.org"})

    check("boolean", client.get_boolean_value("bool", False), True)
    check("text", client.get_string_value("text", "x"), "A")
    check("whole number", client.get_integer_value("whole", 1), 10)
    check("real number", client.get_float_value("real", 0.5), 10.0)
    check("object", client.get_object_value("object", {}), {"list": [1, 2.5, None]})
    found = client.get_boolean_details("bool", False)
    check("static", (found.reason, found.variant, found.error_code), ("STATIC", "on", None))
    found = client.get_boolean_details("ruled", False, ours)
    check("targeting", (found.value, found.reason, found.variant), (True, "TARGETING_MATCH", "on"))
    check("metadata", dict(found.flag_metadata), {"owner": "payments"})
    found = client.get_boolean_details("ruled", True, EvaluationContext("user-42", {"email": "x@y"}))
    check("default", (found.value, found.reason), (False, "DEFAULT"))
    sides = [client.get_string_value("split", "x", EvaluationContext(f"user-{n}")) for n in range(200)]
    check("both sides", set(sides), {"heads", "tails"})
    check("sticky", [client.get_string_value("split", "x", EvaluationContext(f"user-{n}")) for n in range(200)], sides)
    check("code default where off", client.get_boolean_value("off", True), True)
    check("code default where there is none", client.get_boolean_value("code", False), False)
    check("type mismatch", code_of(client.get_integer_details("text", 3)), "TYPE_MISMATCH")
    check("not found", code_of(client.get_boolean_details("none", True)), "FLAG_NOT_FOUND")
    found = client.get_boolean_details("broken", True, EvaluationContext("u", {"variant": "no"}))
    check("general", (found.value, code_of(found)), (True, "GENERAL"))
    check("the key evaluates, and nothing else",
          requests.get(url + "/api/v1/flags", headers={"X-API-Key": key}, timeout=10).status_code, 403)

    # A component of its own: whatever else is wrong on that server has no part in this.
    component = f"ofrep-{uuid.uuid4().hex[:8]}"
    ask("POST", "/api/v1/components", {"slug": component, "name": "Checkout"})
    link = ask("POST", "/api/v1/flags/links", {"flag": "bool", "component": component})
    incident = ask("POST", "/api/v1/incidents", {"title": "Payments fail", "sev": 1, "services": [component]})
    off = until("killed", lambda: client.get_boolean_value("bool", False), False)
    timeline = lambda: [entry["message"] for entry in ask("GET", f"/api/v1/incidents/{incident['id']}")["timeline"]]
    told = f"Flag bool disabled by kill switch (component {component})."
    until("told in the timeline", lambda: told in timeline(), True)
    ask("POST", f"/api/v1/incidents/{incident['id']}/status", {"status": "resolved"})
    on = until("restored", lambda: client.get_boolean_value("bool", False), True)
    until("told again", lambda: f"Flag bool restored (component {component})." in timeline(), True)

    ask("DELETE", f"/api/v1/flags/links/{link['id']}")
    ask("DELETE", f"/api/v1/components/{component}")

    begin, rounds = time.monotonic(), 500
    for _ in range(rounds):
        client.get_boolean_value("ruled", False, ours)
    rate = rounds / (time.monotonic() - begin)
    print(f"openfeature-provider-ofrep: {len(held)} of {len(held) + len(failed)} held; "
          f"off after {off * 1000:.0f} ms, on after {on * 1000:.0f} ms; {rate:.0f} evaluations a second by one client")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
