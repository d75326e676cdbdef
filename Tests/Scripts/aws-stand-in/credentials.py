"""Credentials as AWS hands them out: STS, a container's agent, an instance's metadata and the SSO portal.

  web_identity:  the token that AssumeRoleWithWebIdentity takes
  container:     {token, keys: [key]}    each request gets the next of these users, the last one again and again
  instance_role: {name, key, region}
  sso:           {token, account, role, key}
"""

import datetime
import itertools
import json
import secrets

from refusal import Refusal
from world import User

LIFETIME = 3600


def end(world, seconds=LIFETIME):
    return (world.now + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def assume(world, arn, session):
    role = world.config.get("roles", {}).get(arn)
    if role is None:
        raise Refusal(403, "AccessDenied", f"User is not authorized to perform: sts:AssumeRole on resource: {arn}")
    name = arn.split("/")[-1]
    user = User({"key": "ASIA" + secrets.token_hex(8).upper(), "secret": secrets.token_hex(20),
                 "token": secrets.token_hex(40), "denied": role.get("denied", []), "allowed": role.get("allowed"),
                 "arn": f"arn:aws:sts::123456789012:assumed-role/{name}/{session}"})
    world.users[user.key] = user
    return (f"<Credentials><AccessKeyId>{user.key}</AccessKeyId><SecretAccessKey>{user.secret}</SecretAccessKey>"
            f"<SessionToken>{user.token}</SessionToken><Expiration>{end(world, role.get('seconds', LIFETIME))}"
            f"</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:{session}</AssumedRoleId><Arn>{user.arn}"
            "</Arn></AssumedRoleUser>")


def document(world, key):
    user = world.users[key]
    return {"Code": "Success", "Version": 1, "AccessKeyId": user.key, "SecretAccessKey": user.secret,
            "Token": user.token, "SessionToken": user.token, "Expiration": end(world)}


class Desk:
    """Answers what is not a call of an API: (status, text), or None for a path it does not know."""

    def __init__(self, world):
        self.world, self.config = world, world.config
        keys = self.config.get("container", {}).get("keys", [])
        self.container_keys = itertools.chain(keys, itertools.repeat(keys[-1])) if keys else iter([])

    def answer(self, request):
        headers = dict(request.headers)
        if request.path == "/credentials/container" and "container" in self.config:
            if headers.get("authorization") != self.config["container"].get("token"):
                return 401, "wrong token"
            return 200, json.dumps(document(self.world, next(self.container_keys)))
        if request.path == "/federation/credentials" and "sso" in self.config:
            return self.portal(request, headers)
        if request.path.startswith("/latest/") and "instance_role" in self.config:
            return self.metadata(request, headers)
        return None

    def portal(self, request, headers):
        sso = self.config["sso"]
        if headers.get("x-amz-sso_bearer_token") != sso["token"]:
            return 401, json.dumps({"message": "Session token not found or invalid"})
        if sorted(request.query.split("&")) != sorted([f"role_name={sso['role']}", f"account_id={sso['account']}"]):
            return 403, json.dumps({"message": "No access"})
        user = self.world.users[sso["key"]]
        expiration = int((self.world.now.timestamp() + LIFETIME) * 1000)
        return 200, json.dumps({"roleCredentials": {
            "accessKeyId": user.key, "secretAccessKey": user.secret, "sessionToken": user.token,
            "expiration": expiration}})

    def metadata(self, request, headers):
        role = self.config["instance_role"]
        if request.path == "/latest/api/token":
            return (200, "METADATA") if request.method == "PUT" else (405, "")
        if headers.get("x-aws-ec2-metadata-token") != "METADATA":
            return 401, ""
        base = "/latest/meta-data/iam/security-credentials/"
        answers = {base: lambda: role["name"], base + role["name"]: lambda: json.dumps(document(self.world, role["key"])),
                   "/latest/meta-data/placement/region": lambda: role.get("region", self.world.region)}
        return (200, answers[request.path]()) if request.path in answers else (404, "")
