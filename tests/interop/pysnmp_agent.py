"""An agent of pysnmp 7 with a user for every pair of protocols that it has; prints its port and serves sysDescr."""
import socket
import sys

from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context

AUTHENTICATIONS = {
    "md5": config.USM_AUTH_HMAC96_MD5,
    "sha": config.USM_AUTH_HMAC96_SHA,
    "sha224": config.USM_AUTH_HMAC128_SHA224,
    "sha256": config.USM_AUTH_HMAC192_SHA256,
    "sha384": config.USM_AUTH_HMAC256_SHA384,
    "sha512": config.USM_AUTH_HMAC384_SHA512,
}
PRIVACIES = {
    "none": config.USM_PRIV_NONE,
    "des": config.USM_PRIV_CBC56_DES,
    "3des": config.USM_PRIV_CBC168_3DES,
    "aes128": config.USM_PRIV_CFB128_AES,
    "aes192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "aes192reeder": config.USM_PRIV_CFB192_AES,
    "aes256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "aes256reeder": config.USM_PRIV_CFB256_AES,
}

auth_passphrase, privacy_passphrase = sys.argv[1:3]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
agent = engine.SnmpEngine()
config.add_transport(agent, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode(("127.0.0.1", port)))
for auth, auth_protocol in AUTHENTICATIONS.items():
    for privacy, privacy_protocol in PRIVACIES.items():
        name = auth + privacy
        if privacy == "none":
            config.add_v3_user(agent, name, auth_protocol, auth_passphrase)
        else:
            config.add_v3_user(agent, name, auth_protocol, auth_passphrase, privacy_protocol, privacy_passphrase)
        level = "authNoPriv" if privacy == "none" else "authPriv"
        config.add_vacm_user(agent, 3, name, level, (1, 3, 6, 1), (1, 3, 6, 1))
served = context.SnmpContext(agent)
for responder in (
    cmdrsp.GetCommandResponder,
    cmdrsp.SetCommandResponder,
    cmdrsp.NextCommandResponder,
    cmdrsp.BulkCommandResponder,
):
    responder(agent, served)
print(port, flush=True)
agent.transport_dispatcher.job_started(1)
agent.open_dispatcher()
