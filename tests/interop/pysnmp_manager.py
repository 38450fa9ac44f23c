"""A manager of pysnmp 7: as each user it walks the views of an agent, and makes, reads and destroys a row. Prints the name
of each user and how many variables it has seen."""
import asyncio
import sys

from pysnmp.hlapi.v3arch.asyncio import (
    ContextData,
    Integer32,
    ObjectIdentity,
    ObjectType,
    OctetString,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    bulk_walk_cmd,
    get_cmd,
    set_cmd,
)
from pysnmp.entity import config

AUTHENTICATIONS = {"md5": config.USM_AUTH_HMAC96_MD5, "sha": config.USM_AUTH_HMAC96_SHA}
PRIVACIES = {
    "3des": config.USM_PRIV_CBC168_3DES,
    "aes192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "aes192reeder": config.USM_PRIV_CFB192_AES,
    "aes256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "aes256reeder": config.USM_PRIV_CFB256_AES,
}
VIEWS = "1.3.6.1.6.3.16.1.5.2"
NOTIFY = "1.3.6.1.6.3.13.1.1.1"


def protocols(name):
    for auth, auth_protocol in AUTHENTICATIONS.items():
        for privacy, privacy_protocol in PRIVACIES.items():
            if name == auth + privacy:
                return auth_protocol, privacy_protocol
    sys.exit(f"no protocols for {name}")


def check(name, what, answer):
    indication, status, index, varbinds = answer
    if indication or status:
        sys.exit(f"{name}: {what}: {indication or status.prettyPrint()} at {index}")
    return varbinds


async def main(auth_passphrase, privacy_passphrase, port, *names):
    for name in names:
        engine = SnmpEngine()
        auth, privacy = protocols(name)
        user = UsmUserData(name, auth_passphrase, privacy_passphrase, auth, privacy)
        target = await UdpTransportTarget.create(("127.0.0.1", int(port)), timeout=5, retries=3)
        end = (user, target, ContextData())
        seen = 0
        walk = bulk_walk_cmd(
            engine, *end, 0, 20, ObjectType(ObjectIdentity(VIEWS)), lexicographicMode=False, lookupMib=False
        )
        async for answer in walk:
            seen += len(check(name, "walk", answer))
        row = ".".join(str(octet) for octet in name.encode())
        status, tag = f"{NOTIFY}.5.{row}", f"{NOTIFY}.2.{row}"

        async def write(*values):
            objects = [ObjectType(ObjectIdentity(oid), value) for oid, value in values]
            check(name, "set", await set_cmd(engine, *end, *objects, lookupMib=False))

        await write((status, Integer32(4)), (tag, OctetString(name)))
        read = check(name, "get", await get_cmd(engine, *end, ObjectType(ObjectIdentity(tag)), lookupMib=False))
        if bytes(read[0][1]) != name.encode():
            sys.exit(f"{name}: {tag} is {read[0][1].prettyPrint()}")
        await write((status, Integer32(6)))
        print(name, seen, flush=True)
        engine.close_dispatcher()


asyncio.run(main(*sys.argv[1:]))
