"""Reads a topic with kafka-python: a line of JSON for each record, then the partition that its client would have chosen.

Usage: read.py ADDRESS TOPIC COUNT     ends when so many records were read, or none has come for a while
       read.py ADDRESS TOPIC --make PARTITIONS     makes the topic
"""

import json
import sys

from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.partitioner.default import murmur2

address, topic, what = sys.argv[1:4]
if what == "--make":
    KafkaAdminClient(bootstrap_servers=address).create_topics([NewTopic(topic, int(sys.argv[4]), 1)])
    sys.exit()
consumer = KafkaConsumer(topic, bootstrap_servers=address, auto_offset_reset="earliest", consumer_timeout_ms=10_000)
partitions = len(consumer.partitions_for_topic(topic))
for count, record in enumerate(consumer, 1):
    line = {"partition": record.partition, "offset": record.offset, "time": record.timestamp,
            "key": record.key and record.key.decode(), "value": record.value.decode(),
            "headers": {name: value.decode() for name, value in record.headers}}
    if record.key:
        line["theirs"] = (murmur2(record.key) & 0x7FFFFFFF) % partitions
    print(json.dumps(line), flush=True)
    if count >= int(what):
        break
