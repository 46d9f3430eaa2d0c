"""A mail server for tests: a real one, that is told by lines on its input how to be unkind, and tells on its output
what it was given. Ends with its input."""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP

port = 0
server = None
open_connections = set()
# What the next recipients of an address, and the next texts, are answered.
recipients = {}
texts = []


def tell(**what):
    print(json.dumps(what), flush=True)


class Server(SMTP):
    def connection_made(self, transport):
        open_connections.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error):
        open_connections.discard(self.transport)
        super().connection_lost(error)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = recipients.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = texts.pop(0) if texts else "250 taken"
        if answer == "hang":
            await asyncio.sleep(3600)
        if answer == "cut":
            server.transport.abort()
            return "451 gone"
        if not answer.startswith("250"):
            return answer
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        tell(
            event="mail",
            id=mail["Message-ID"],
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            subject=str(mail["Subject"]),
            headers={name.lower(): str(value) for name, value in mail.items()},
            text=mail.get_content().replace("\r\n", "\n"),
        )
        return answer


async def up():
    global server, port
    loop = asyncio.get_running_loop()
    factory = lambda: Server(Handler(), hostname="test", enable_SMTPUTF8=True)
    server = await loop.create_server(factory, "127.0.0.1", port, reuse_address=True)
    port = server.sockets[0].getsockname()[1]
    tell(event="up", port=port)


async def down():
    global server
    server.close()
    for transport in list(open_connections):
        transport.abort()
    server = None
    tell(event="down")


async def main():
    loop = asyncio.get_running_loop()
    await up()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order, _, rest = line.strip().partition(" ")
        if order == "up":
            await up()
        elif order == "down":
            await down()
        elif order == "recipient":
            address, _, answer = rest.partition(" ")
            recipients.setdefault(address, []).append(answer)
            tell(event="told")
        elif order == "text":
            texts.append(rest)
            tell(event="told")


asyncio.run(main())
