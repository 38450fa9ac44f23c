"""Receives OTLP over HTTP, decodes it with OpenTelemetry's classes, and writes a line of JSON for each point and record."""

import gzip
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics

SERVICES = {
    "/v1/metrics": (metrics.ExportMetricsServiceRequest, metrics.ExportMetricsServiceResponse),
    "/v1/logs": (logs.ExportLogsServiceRequest, logs.ExportLogsServiceResponse),
}


def say(**what):
    print(json.dumps(what), file=sys.stderr, flush=True)


def value(any_value):
    kind = any_value.WhichOneof("value")
    return getattr(any_value, kind) if kind else None


def attributes(pairs):
    names = [pair.key for pair in pairs]
    assert len(names) == len(set(names)), f"an attribute is there twice: {names}"
    return {pair.key: value(pair.value) for pair in pairs}


def points(request):
    for resource in request.resource_metrics:
        of_resource = attributes(resource.resource.attributes)
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                data = getattr(metric, kind)
                assert data.data_points, f"{metric.name} has no points"
                for point in data.data_points:
                    number = point.WhichOneof("value")
                    assert number, f"a point of {metric.name} has no value"
                    say(
                        name=metric.name,
                        description=metric.description,
                        kind=kind,
                        monotonic=kind == "sum" and data.is_monotonic,
                        cumulative=kind == "sum" and data.aggregation_temporality == 2,
                        resource=of_resource,
                        scope=[scope.scope.name, scope.scope.version],
                        attributes=attributes(point.attributes),
                        type=number,
                        value=getattr(point, number),
                        time=point.time_unix_nano,
                    )


def records(request):
    for resource in request.resource_logs:
        of_resource = attributes(resource.resource.attributes)
        for scope in resource.scope_logs:
            for record in scope.log_records:
                say(
                    resource=of_resource,
                    scope=[scope.scope.name, scope.scope.version],
                    time=record.time_unix_nano,
                    observed=record.observed_time_unix_nano,
                    severity=[record.severity_number, record.severity_text],
                    body=value(record.body),
                    attributes=attributes(record.attributes),
                )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = 200, b"{}"
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            asked, answered = SERVICES[self.path.split("?")[0]]
            kind = self.headers["Content-Type"].split(";")[0]
            request = asked()
            if kind == "application/json":
                json_format.Parse(body, request)
                answer = json_format.MessageToJson(answered()).encode()
            elif kind == "application/x-protobuf":
                request.ParseFromString(body)
                answer = answered().SerializeToString()
            else:
                raise ValueError(f"the content type is {kind}")
            points(request) if asked is metrics.ExportMetricsServiceRequest else records(request)
        except Exception as error:
            say(problem=f"{type(error).__name__}: {error}", body=body[:500].decode(errors="replace"))
            status, kind = 400, "text/plain"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"listening: 127.0.0.1:{server.server_address[1]}", file=sys.stderr, flush=True)
server.serve_forever()
