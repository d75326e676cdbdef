"""Verifies AWS Signature Version 4 of a request, from its description alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
Stricter than a lenient server: the body is hashed anew, the clock may be five minutes off, `host` and the session
token have to be signed, and the scope has to name today, the right region and the right service.
"""

import datetime
import hashlib
import hmac
import re
import urllib.parse

from refusal import Refusal

CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request, *"
                        r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$")
TOLERANCE = datetime.timedelta(minutes=5)


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def encoded(text):
    return urllib.parse.quote(text, safe="-_.~")


def canonical_request(method, path, query, headers, signed, body):
    """`headers` is a list of (lower-case name, value); the path is encoded twice, as every service but S3 wants."""
    pairs = sorted((encoded(name), encoded(value)) for name, value in urllib.parse.parse_qsl(query, True))
    lines = []
    for name in signed:
        values = [" ".join(value.split()) for other, value in headers if other == name]
        lines.append(f"{name}:{','.join(values)}\n")
    return "\n".join([
        method, urllib.parse.quote(path, safe="/-_.~"), "&".join(f"{name}={value}" for name, value in pairs),
        "".join(lines), ";".join(signed), hashlib.sha256(body).hexdigest()])


def verify(request, service, region, user_of, now):
    """The user who signed a request. Raises Refusal in AWS's words, with the canonical string that was wanted."""
    headers = dict(request.headers)
    authorization = headers.get("authorization")
    if not authorization:
        raise Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    match = CREDENTIAL.match(authorization)
    if not match:
        raise Refusal(400, "IncompleteSignature", "Authorization header is not of the form of Signature Version 4")
    key, date, scope_region, scope_service, names, signature = match.groups()
    signed = names.split(";")
    user = user_of(key)
    if user is None:
        raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    if scope_service != service or scope_region != region:
        raise Refusal(403, "SignatureDoesNotMatch", f"Credential should be scoped to {region}/{service}, not "
                      f"{scope_region}/{scope_service}.")
    time = headers.get("x-amz-date", "")
    if not re.fullmatch(r"\d{8}T\d{6}Z", time) or not time.startswith(date):
        raise Refusal(403, "SignatureDoesNotMatch", "Date in Credential scope does not match YYYYMMDD from X-Amz-Date")
    sent = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(sent - now) > TOLERANCE:
        word = "expired" if sent < now else "not yet current"
        raise Refusal(403, "RequestExpired" if service == "ec2" else "SignatureDoesNotMatch",
                      f"Signature {word}: {time} is not within 5 min. of {now:%Y%m%dT%H%M%SZ}")
    for name in ["host"] + [name for name in headers if name.startswith("x-amz-")]:
        if name not in signed:
            raise Refusal(403, "SignatureDoesNotMatch", f"'{name}' must be a 'SignedHeader' in the request.")
    if signed != sorted(signed):
        raise Refusal(403, "SignatureDoesNotMatch", "SignedHeaders are not in order")
    wanted = canonical_request(request.method, request.path, request.query, request.headers, signed, request.body)
    declared = headers.get("x-amz-content-sha256")
    if declared not in (None, hashlib.sha256(request.body).hexdigest()):
        raise Refusal(403, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' is not that of the body")
    scope = f"{date}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(wanted.encode()).hexdigest()}"
    signing_key = mac(mac(mac(mac(b"AWS4" + user.secret.encode(), date), region), service), "aws4_request")
    right = hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, signature):
        if service == "ec2":
            raise Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        raise Refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature "
                      f"you provided. The Canonical String for this request should have been\n'{wanted}'")
    if user.token != headers.get("x-amz-security-token"):
        raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    if user.has_expired:
        code = "RequestExpired" if service == "ec2" else "ExpiredToken"
        raise Refusal(403, code, "The security token included in the request is expired")
    return user
