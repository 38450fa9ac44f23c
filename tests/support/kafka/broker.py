"""A broker of one topic, for tests that kill it: what it has acknowledged is on the disk.

It reads requests and writes answers with the classes of kafka-python, which have nothing of ours in them. It knows ApiVersions,
Metadata and Produce, TLS with certificates of clients, and passwords (PLAIN, SCRAM). Each record becomes a line of JSON in a
file, which is synced before the answer.
"""

import argparse
import base64
import hashlib
import hmac
import io
import json
import os
import socket
import ssl
import struct
import sys
import threading

from kafka.protocol.api_header import RequestHeader
from kafka.protocol.metadata import ApiVersionsRequest, ApiVersionsResponse, MetadataRequest, MetadataResponse
from kafka.protocol.producer import ProduceRequest, ProduceResponse
from kafka.protocol.sasl import (SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest,
                                 SaslHandshakeResponse)
from kafka.record import MemoryRecords

parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("file")
parser.add_argument("topic")
parser.add_argument("partitions", type=int)
parser.add_argument("--most", type=int, default=1048588, help="max.message.bytes")
parser.add_argument("--other", type=int, help="the port of another broker, which leads the odd partitions")
parser.add_argument("--tls", nargs=3, metavar=("CERTIFICATE", "KEY", "AUTHORITY"))
parser.add_argument("--user", nargs=2, metavar=("NAME", "PASSWORD"))
arguments = parser.parse_args()
PORT, FILE, TOPIC, PARTITIONS = arguments.port, arguments.file, arguments.topic, arguments.partitions
VERSIONS = {ProduceRequest: (3, 13), MetadataRequest: (0, 13), ApiVersionsRequest: (0, 4),
            SaslHandshakeRequest: (0, 1), SaslAuthenticateRequest: (0, 2)}
CORRUPT, UNKNOWN_TOPIC, TOO_LARGE, NO_MECHANISM, NO_ENTRY = 2, 3, 10, 33, 58
HASHES = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}


class Store:
    """The file, and where each partition is."""

    def __init__(self):
        self.lock = threading.Lock()
        self.next = [0] * PARTITIONS
        self.file = open(FILE, "a+b")
        self.file.seek(0)
        whole = 0
        for line in self.file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            self.next[json.loads(line)["partition"]] += 1
        self.file.truncate(whole)

    def add(self, partition, records):
        """An error, and the first offset."""
        if len(records) > arguments.most:
            return TOO_LARGE, -1
        lines = []
        with self.lock:
            first = self.next[partition]
            batches = MemoryRecords(records)
            while batches.has_next():
                batch = batches.next_batch()
                if not batch.validate_crc():
                    return CORRUPT, -1
                for record in batch:
                    line = {"partition": partition, "offset": first + len(lines), "time": record.timestamp,
                            "key": record.key and bytes(record.key).decode(), "value": bytes(record.value).decode(),
                            "headers": {name: bytes(value).decode() for name, value in record.headers}}
                    lines.append(json.dumps(line).encode() + b"\n")
            self.file.write(b"".join(lines))
            self.file.flush()
            os.fsync(self.file.fileno())
            self.next[partition] += len(lines)
        return 0, first


def versions(_request):
    keys = [ApiVersionsResponse.ApiVersion(api_key=kind.API_KEY, min_version=first, max_version=last)
            for kind, (first, last) in VERSIONS.items()]
    return ApiVersionsResponse(error_code=0, api_keys=keys, throttle_time_ms=0)


def leader(partition):
    return 8 if arguments.other and partition % 2 else 7


def metadata(request):
    topics = []
    for topic in request.topics:
        known = topic.name == TOPIC
        partition = MetadataResponse.MetadataResponseTopic.MetadataResponsePartition
        partitions = [partition(error_code=0, partition_index=number, leader_id=leader(number), leader_epoch=0,
                                replica_nodes=[leader(number)], isr_nodes=[leader(number)], offline_replicas=[]) for number in range(PARTITIONS)]
        topics.append(MetadataResponse.MetadataResponseTopic(
            error_code=0 if known else UNKNOWN_TOPIC, name=topic.name, is_internal=False,
            partitions=partitions if known else []))
    ports = {7: PORT} | ({8: arguments.other} if arguments.other else {})
    brokers = [MetadataResponse.MetadataResponseBroker(node_id=node, host="127.0.0.1", port=port, rack=None)
               for node, port in ports.items()]
    return MetadataResponse(throttle_time_ms=0, brokers=brokers, cluster_id="test", controller_id=7, topics=topics)


def produce(request, store):
    assert request.acks == -1 and request.transactional_id is None
    answer = ProduceResponse.TopicProduceResponse
    topics = []
    for topic in request.topic_data:
        partitions = []
        for data in topic.partition_data:
            known = topic.name == TOPIC and data.index < PARTITIONS
            error, first = store.add(data.index, bytes(data.records)) if known else (UNKNOWN_TOPIC, -1)
            partitions.append(answer.PartitionProduceResponse(
                index=data.index, error_code=error, base_offset=first, log_append_time_ms=-1, log_start_offset=0,
                record_errors=[], error_message="said by the test" if error else None))
        topics.append(answer(name=topic.name, partition_responses=partitions))
    return ProduceResponse(responses=topics, throttle_time_ms=0)


class Guard:
    """Whether a connection may ask: who has a password must have said it."""

    def __init__(self):
        self.open = arguments.user is None
        self.mechanism = self.said = None

    def handshake(self, request):
        known = request.mechanism in ["PLAIN", *HASHES]
        self.mechanism = request.mechanism
        return SaslHandshakeResponse(error_code=0 if known else NO_MECHANISM, mechanisms=["PLAIN", *HASHES])

    def authenticate(self, request):
        name, password = arguments.user
        octets = bytes(request.auth_bytes)
        if self.mechanism == "PLAIN":
            self.open = octets == f"\0{name}\0{password}".encode()
            answer = b"" if self.open else None
        else:
            answer = self.scram(octets.decode(), name, password)
        code, said = (0, None) if answer is not None else (NO_ENTRY, "it is not so")
        return SaslAuthenticateResponse(error_code=code, error_message=said, auth_bytes=answer or b"",
                                        session_lifetime_ms=0)

    def scram(self, said, name, password):
        """RFC 5802, the side of the server."""
        kind = HASHES[self.mechanism]
        salt, rounds = b"salt of the test", 4096
        if self.said is None:
            bare = said.removeprefix("n,,")
            parts = dict(part.split("=", 1) for part in bare.split(","))
            if parts["n"] != name:
                return None
            first = f"r={parts['r']}ours,s={base64.b64encode(salt).decode()},i={rounds}"
            self.said = f"{bare},{first}"
            return first.encode()
        without, proof = said.rsplit(",p=", 1)
        salted = hashlib.pbkdf2_hmac(kind, password.encode(), salt, rounds)
        client, server = (hmac.digest(salted, text, kind) for text in (b"Client Key", b"Server Key"))
        signed = f"{self.said},{without}".encode()
        signature = hmac.digest(hashlib.new(kind, client).digest(), signed, kind)
        if bytes(a ^ b for a, b in zip(client, signature)) != base64.b64decode(proof):
            return None
        self.open = True
        return b"v=" + base64.b64encode(hmac.digest(server, signed, kind))


def serve(connection, store, context):
    if context:
        connection = context.wrap_socket(connection, server_side=True)
    stream, guard = connection.makefile("rwb"), Guard()
    while len(size := stream.read(4)) == 4:
        body = stream.read(*struct.unpack(">i", size))
        key, version = struct.unpack_from(">hh", body)
        kind = next(kind for kind in VERSIONS if kind.API_KEY == key)
        header = RequestHeader.decode(io.BytesIO(body), flexible=kind.flexible_version_q(version))
        rest = io.BytesIO(body)
        kind.parse_header(rest, version=version)
        request = kind[version].decode(rest, version=version)
        assert not rest.read(), "nothing may be left"
        answers = {ApiVersionsRequest: versions, SaslHandshakeRequest: guard.handshake,
                   SaslAuthenticateRequest: guard.authenticate}
        if guard.open:
            answers |= {MetadataRequest: metadata, ProduceRequest: lambda request: produce(request, store)}
        if kind not in answers:
            break
        answer = answers[kind](request)
        answer.API_VERSION = version
        answer.with_header(correlation_id=header.correlation_id)
        stream.write(answer.encode(framed=True, header=True))
        stream.flush()
    connection.close()


def main():
    store, context = Store(), None
    if arguments.tls:
        certificate, key, authority = arguments.tls
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", PORT))
    print("listening", file=sys.stderr, flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, store, context), daemon=True).start()


main()
