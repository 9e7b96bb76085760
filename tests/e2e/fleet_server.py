"""Stands in for what fleets collect profiles with, as their documentation and sources describe them:

    POST /ingest                                Pyroscope: the profile, or a form of it and how to show
                                                its sample types
    POST /push.v1.PusherService/Push            Pyroscope and Alloy, in JSON
    POST /api/profiles/writeraw                 Parca, in JSON

    python3 fleet_server.py FOLDER

Prints the port that it listens on, on 127.0.0.1. A request that the real one would refuse is refused; of
each other one the profile is left in the FOLDER, as N.pb.gz, and what came with it as N.json.
"""
import base64
import email.parser
import email.policy
import gzip
import http.server
import json
import pathlib
import sys
import urllib.parse

folder = pathlib.Path(sys.argv[1])
count = 0


class Refused(Exception):
    pass


def demand(true, reason):
    if not true:
        raise Refused(reason)


def form_of(body, content_type):
    """The parts of a multipart form, by name."""
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    demand(message.is_multipart(), "no parts in the form")
    return {part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in message.iter_parts()}


def keep(profile, said):
    """A profile is protobuf, compressed or not."""
    global count
    plain = gzip.decompress(profile) if profile[:2] == b"\x1f\x8b" else profile
    demand(plain[:1] == b"\x0a", "this is no profile")
    (folder / f"{count}.pb.gz").write_bytes(profile)
    (folder / f"{count}.json").write_text(json.dumps(said))
    count += 1


def ingest(query, body, content_type):
    demand(query.get("name"), "name: empty")
    form = {}
    if query.get("format") == "pprof":
        profile = body
    else:
        demand(content_type.startswith("multipart/form-data"), "folded stacks are read by other means")
        form = form_of(body, content_type)
        demand("profile" in form, "a form without a profile")
        profile = form["profile"]
    types = json.loads(form.get("sample_type_config", b"{}"))
    keep(profile, {"query": query, "types": types})


def labels_of(list_of):
    return {each["name"]: each["value"] for each in list_of}


def push(query, body, content_type):
    demand(content_type.startswith("application/json"), f"no codec for {content_type}")
    for series in json.loads(body)["series"]:
        labels = labels_of(series["labels"])
        demand("service_name" in labels and "__name__" in labels, "labels without a name")
        for sample in series["samples"]:
            keep(base64.b64decode(sample["rawProfile"], validate=True), {"labels": labels})


def write_raw(query, body, content_type):
    for series in json.loads(body)["series"]:
        labels = labels_of(series["labels"]["labels"])
        demand("__name__" in labels, "labels without a name")
        for sample in series["samples"]:
            keep(base64.b64decode(sample.get("rawProfile") or sample["raw_profile"], validate=True),
                 {"labels": labels})


takers = {"/ingest": ingest, "/push.v1.PusherService/Push": push, "/api/profiles/writeraw": write_raw}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        taker = takers.get(url.path)
        try:
            demand(taker, "no such path")
            taker(dict(urllib.parse.parse_qsl(url.query)), body, self.headers["Content-Type"])
        except (Refused, KeyError, ValueError, OSError) as error:
            self.send_error(404 if not taker else 422, str(error))
            return
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
