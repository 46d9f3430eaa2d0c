"""What no schema can tell of the files of delivery: that they agree with each other, with the API and with the settings.

Prints what is wrong, a line each, and ends with 1; run by `./check delivery`.
"""

import fnmatch
import json
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
FAULTS = []

# Who may be reached from outside the house of services at which port, by DESIGN's table.
SERVICES = sorted(folder.name for folder in (ROOT / "services").iterdir() if (folder / "Cargo.toml").exists())
BUILD_ARGUMENTS = {"VERSION", "BUILD_TIMESTAMP"}


def must(good, fault):
    """Keeps the fault where it is one."""
    if not good:
        FAULTS.append(fault)


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def load(name):
    return yaml.safe_load(text(name))


def settings():
    """The variables that set something: those of the table in the guide, by either name."""
    known = set()
    for row in re.findall(r"^\| (`.*?) \|", text("docs/src/settings.md"), re.M):
        name, *others = re.findall(r"`([^`]+)`", row)
        known.add("POLYSTATUS_" + name.replace(".", "__").upper())
        known.update(others)
    return known


def dockerfiles():
    """Both images are the same, and no secret can get into either."""
    ends = [text(name).split("\nARG VERSION=")[-1] for name in ("Dockerfile", "deploy/Dockerfile.runtime")]
    must(ends[0] == ends[1], "Dockerfile and deploy/Dockerfile.runtime make different images")
    for name in ("Dockerfile", "deploy/Dockerfile.runtime"):
        arguments = set(re.findall(r"^ARG (\w+)", text(name), re.M))
        must(arguments == BUILD_ARGUMENTS, f"{name} has the arguments {sorted(arguments)}")
        for line in re.findall(r"^ENV (.*)$", text(name), re.M):
            variables = set(re.findall(r"(\w+)=", line))
            must(variables == {"PORT", "DATA_DIR"}, f"{name} sets {sorted(variables)}")


def gateway():
    """How to ask the gateway for whom it asks for a path, None where it refuses; and the port where it looks for each."""
    routes, paths, name = [], {}, None
    for line in text("deploy/gateway/Caddyfile").splitlines():
        words = line.split("#")[0].split()
        if words[:1] and words[0].startswith("@"):
            name = words[0]
            paths[name] = [word for word in words[1:] if word not in ("path", "{")]
        elif words[:1] == ["path"]:
            paths[name] += words[1:]
        elif words[:1] == ["handle"]:
            routes.append([paths.get(words[1], ["*"]) if words[1].startswith("@") else ["*"], None])
        elif words[:1] == ["reverse_proxy"]:
            routes[-1][1] = words[1]
    ports = dict(to.split(":") for _, to in routes if to)

    def ask(path):
        return next(to and to.split(":")[0] for patterns, to in routes if any(fnmatch.fnmatchcase(path, one) for one in patterns))

    return ask, ports


def routes():
    """Every path of the API reaches the service that answers it, and what is inside stays inside."""
    ask, ports = gateway()
    for file in sorted((ROOT / "openapi").glob("*.json")):
        service = file.stem
        for path in json.loads(file.read_text(encoding="utf-8"))["paths"]:
            asked = re.sub(r"{[^}]*}", "x", path)
            must(ask(asked) == service, f"the gateway asks {ask(asked)} for {path}, which is of {service}")
    for path in ("/internal", "/internal/events/identity"):
        must(ask(path) is None, f"the gateway lets {path} in")
    return ports


def compose(ports):
    """A container for each service, at the port where gateway and peers look for it, and each of them shut in."""
    services = load("compose.yaml")["services"]
    must(set(SERVICES) <= set(services), f"compose.yaml has no {sorted(set(SERVICES) - set(services))}")
    for name in SERVICES:
        service = services.get(name, {})
        variables = service.get("environment", {})
        must(service.get("command") == ["serve", "--services", name], f"{name} in compose.yaml runs something else")
        port = variables.get("PORT")
        must(ports.get(name) == port, f"the gateway looks for {name} at {ports.get(name)}, not {port}")
        peer = variables.get(f"POLYSTATUS_PEERS__{name.upper()}")
        must(peer == f"http://{name}:{port}", f"the others look for {name} at {peer}")
    single = load("compose.single.yaml")["services"]
    for name, service in {**{name: services.get(name, {}) for name in [*SERVICES, "gateway"]}, **single}.items():
        shut = service.get("read_only") and service.get("cap_drop") == ["ALL"]
        must(shut and service.get("security_opt") == ["no-new-privileges:true"], f"{name} is not shut in")
    for name in ("compose.yaml", "compose.single.yaml"):
        for service, what in load(name)["services"].items():
            for variable, value in what.get("environment", {}).items():
                secret = re.search(r"SECRET|PASSWORD|DSN|SMTP_URL|DATABASE_URL", variable)
                must(not secret or "${" in value, f"{variable} of {service} is written down in {name}")


def variables():
    """Whatever is set anywhere is a setting."""
    known = settings()
    named = {(name, key) for name in ("compose.yaml", "compose.single.yaml") for service in SERVICES + ["polystatus"]
             for key in load(name)["services"].get(service, {}).get("environment", {})}
    named |= {("heroku.yml", key) for key in load("heroku.yml")["setup"]["config"]}
    named |= {("render.yaml", one["key"]) for service in load("render.yaml")["services"] for one in service["envVars"]}
    for file, variable in sorted(named):
        must(variable in known, f"{file} sets {variable}, which docs/src/settings.md does not know")


def circleci():
    """Nothing is pushed or deployed but from master and after the tests; only there secrets are to be had."""
    jobs = {}
    for entry in load(".circleci/config.yml")["workflows"]["delivery"]["jobs"]:
        name, what = (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))
        jobs[what.get("name", name)] = what

    def after(name):
        required = jobs[name].get("requires", [])
        return set(required).union(*(after(one) for one in required))

    must("filters" not in jobs["test"] and "context" not in jobs["test"], "not every branch is tested without secrets")
    for name in jobs.keys() - {"test"}:
        must("test" in after(name), f"{name} does not wait for the tests")
        must(jobs[name].get("filters") == {"branches": {"only": "master"}}, f"{name} runs elsewhere than on master")
    for name in ("deploy_to_heroku", "deploy_to_render"):
        must("publish" in after(name), f"{name} does not wait for the image")
    given = set(re.findall(r"--build-arg (\w+)=", text(".circleci/config.yml")))
    must(given == BUILD_ARGUMENTS, f"CircleCI builds with the arguments {sorted(given)}")


def platforms():
    """Heroku and Render run the image that is built and pushed here."""
    must((ROOT / load("heroku.yml")["build"]["docker"]["web"]).exists(), "heroku.yml names no Dockerfile")
    must("run" not in load("heroku.yml"), "heroku.yml asks for a shell, which the image does not have")
    image = load(".circleci/config.yml")["parameters"]["image"]["default"]
    url = load("render.yaml")["services"][0]["image"]["url"]
    must(url == f"{image}:master", f"render.yaml runs {url}, CircleCI pushes {image}:master")


def main():
    dockerfiles()
    compose(routes())
    variables()
    circleci()
    platforms()
    for fault in FAULTS:
        print(f"delivery: {fault}")
    print(f"delivery: {len(SERVICES)} services, their paths, containers, variables and jobs: {len(FAULTS)} faults")
    sys.exit(1 if FAULTS else 0)


main()
