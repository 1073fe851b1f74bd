/**
 * The chat over WebSocket.
 *
 * @module
 */
import { encodeText } from "../../../lib/websocket/frame_writer.ts";
import type { ParityCase, Request } from "./case.ts";

const HANDSHAKE: Readonly<Record<string, string>> = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const FROM_THE_START = { type: "resume", rooms: { common: 0 } };

function send(key: string, text: string, more: object = {}): object {
  return { type: "send", room: "common", key, text, ...more };
}

/** Fields that a handshake may have besides, or in other letters. */
const HANDSHAKES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  cases: { upgrade: "WebSocket", connection: "keep-alive, UPGRADE" },
  protocols: { "sec-websocket-protocol": "other, commonroom.v1" },
  unknown: { "sec-websocket-protocol": "other" },
  deflate: { "sec-websocket-extensions": "permessage-deflate; client_max_window_bits" },
  own: { origin: "http://{host}", "sec-fetch-site": "same-origin" },
};

/** A handshake that is refused. */
function knock(headers: Readonly<Record<string, string>>, as?: string): Request {
  return { path: "/api/chat", headers, as };
}

function without(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(HANDSHAKE).filter(([key]) => key !== name));
}

/** The cases. */
export const CHAT: readonly ParityCase[] = [
  {
    name: "handshakes that are refused",
    members: ["ada"],
    steps: [
      knock(HANDSHAKE),
      knock({ ...HANDSHAKE, cookie: "session=forged" }),
      knock({ ...HANDSHAKE, origin: "http://evil.example" }, "ada"),
      knock({ ...HANDSHAKE, origin: "null" }, "ada"),
      knock({ ...HANDSHAKE, "sec-fetch-site": "cross-site" }, "ada"),
      knock({}, "ada"),
      knock({ ...HANDSHAKE, upgrade: "h2c" }, "ada"),
      knock({ ...HANDSHAKE, connection: "keep-alive" }, "ada"),
      knock({ ...HANDSHAKE, "sec-websocket-version": "8" }, "ada"),
      knock({ ...HANDSHAKE, "sec-websocket-key": "short" }, "ada"),
      knock({ ...HANDSHAKE, "sec-websocket-protocol": "a, a" }, "ada"),
      knock({ ...HANDSHAKE, "sec-websocket-extensions": "=" }, "ada"),
      ...Object.keys(HANDSHAKE).map((name) => knock(without(name), "ada")),
      { method: "POST", path: "/api/chat", headers: HANDSHAKE, as: "ada" },
      { method: "HEAD", path: "/api/chat", headers: HANDSHAKE, as: "ada" },
      { method: "OPTIONS", path: "/api/chat", headers: HANDSHAKE, as: "ada" },
      { path: "/healthz", headers: HANDSHAKE, as: "ada" },
    ],
  },
  {
    name: "a handshake in other letters is answered with 101 and the welcome",
    members: ["ada"],
    async talk(talk) {
      await talk.join("ada");
      for (const [name, headers] of Object.entries(HANDSHAKES)) {
        const client = await talk.open("ada", { name, headers });
        await client.take(1);
      }
    },
  },
  {
    name: "a message is acknowledged, comes back, and is repeated under its key",
    members: ["ada"],
    async talk(talk) {
      const ada = await talk.join("ada");
      await ada.say(FROM_THE_START);
      await ada.take(1);
      await ada.say(send("k1", "Hello <b>é €</b> 🙂"));
      await ada.take(2);
      await ada.say(send("k1", "Something else"));
      await ada.take(1);
      await ada.say(send("k2", "An answer", { replyTo: 1 }));
      await ada.take(2);
    },
  },
  {
    name: "who resumes is sent what was missed, in order, and then what is new",
    members: ["ada", "bob"],
    steps: Array.from({ length: 60 }, (_, at) => ({
      path: "/api/rooms/common/messages",
      as: "ada",
      body: { key: `key-${at}`, text: `Message ${at + 1}` },
    })),
    async talk(talk) {
      const all = await talk.join("ada");
      await all.say(FROM_THE_START);
      await all.take(61);
      const some = await talk.join("bob");
      await all.take(1);
      await some.say({ type: "resume", rooms: { common: 55 } });
      await some.take(6);
      const none = await talk.open("ada", { name: "none" });
      await none.take(1);
      await none.say({ type: "resume", rooms: { common: 999 } });
      await none.take(1);
      await some.say(send("new", "Live"));
      await all.take(1);
      await some.take(2);
      await none.take(1);
    },
  },
  {
    name: "messages that are refused, one by one and in an array",
    members: ["ada"],
    async talk(talk) {
      const ada = await talk.join("ada");
      const wrong: Array<object | string> = [
        "{",
        "[]x",
        "null",
        "7",
        '"text"',
        {},
        { type: "shout" },
        { type: "send" },
        { type: "send", key: "k1" },
        send("", "no key"),
        send("k1", ""),
        send("k1", "x".repeat(4_001)),
        send("k1", "x", { replyTo: 99 }),
        send("k1", "x", { room: "nowhere" }),
        { type: "resume", rooms: { nowhere: 1 } },
        { type: "resume", rooms: { common: -1 } },
        { type: "resume" },
        `[${Array(101).fill("{}").join()}]`,
      ];
      for (const message of wrong) {
        await ada.say(message);
        await ada.take(1);
      }
      await ada.say(JSON.stringify([send("k2", "good"), { type: "shout" }, send("k3", "")]));
      await ada.take(4);
    },
  },
  {
    name: "too many malformed messages close with 1008",
    members: ["ada"],
    async talk(talk) {
      const ada = await talk.join("ada");
      for (let at = 0; at < 100; at++) await ada.say("{");
      await ada.take(101);
    },
  },
  {
    name: "too many messages are refused with the time to wait",
    config: { hasRateLimits: true },
    members: ["ada"],
    async talk(talk) {
      const ada = await talk.join("ada");
      await ada.say(FROM_THE_START);
      await ada.take(1);
      for (let at = 0; at < 22; at++) {
        await ada.say(send(`key-${at}`, "Again"));
        await ada.take(at < 20 ? 2 : 1);
      }
    },
  },
  {
    name: "presence: who comes and who goes",
    members: ["ada", "bob"],
    async talk(talk) {
      const ada = await talk.join("ada");
      const bob = await talk.join("bob");
      await ada.take(1);
      const again = await talk.open("bob", { name: "bob again" });
      await again.take(1);
      await bob.sendClose(1000);
      await bob.toEnd();
      await again.sendClose(1001);
      await again.toEnd();
      await ada.take(1);
    },
  },
  {
    name: "two members talk, one by HTTP",
    members: ["ada", "bob"],
    async talk(talk) {
      const ada = await talk.join("ada");
      await ada.say(FROM_THE_START);
      await ada.take(1);
      const body = { key: "k1", text: "By HTTP" };
      await talk.ask("/api/rooms/common/messages", { as: "bob", body });
      await ada.take(1);
    },
  },
  {
    name: "a binary message closes with 1003",
    members: ["ada"],
    async talk(talk) {
      await talk.join("ada");
      for (const size of [0, 3, 1_000]) {
        const ada = await talk.open("ada", { name: `${size} bytes` });
        await ada.take(1);
        await ada.sendBytes(new Uint8Array(size));
        await ada.take(1);
      }
    },
  },
  {
    name: "a message that is too long closes with 1009, one that is just not is read",
    members: ["ada"],
    async talk(talk) {
      await talk.join("ada");
      for (const text of ["x".repeat(64 * 1024), "x".repeat(64 * 1024 + 1), "é".repeat(32 * 1024 + 1)]) {
        const ada = await talk.open("ada", { name: `${new TextEncoder().encode(text).length} bytes` });
        await ada.take(1);
        await ada.say(text);
        await ada.take(1);
      }
    },
  },
  {
    name: "pings are answered, pongs are not, and fragments are put together",
    members: ["ada"],
    async talk(talk) {
      const ada = await talk.join("ada");
      await ada.frame(0x89, new Uint8Array());
      await ada.take(1);
      await ada.frame(0x89, Uint8Array.of(1, 2, 3));
      await ada.take(1);
      await ada.frame(0x8a, Uint8Array.of(9));
      const message = encodeText(JSON.stringify(FROM_THE_START)).subarray(2);
      await ada.frame(0x01, message.subarray(0, 5));
      await ada.frame(0x00, message.subarray(5, 6));
      await ada.frame(0x89, Uint8Array.of(4));
      await ada.take(1);
      await ada.frame(0x80, message.subarray(6));
      await ada.take(1);
    },
  },
  {
    name: "a close is echoed with its code",
    members: ["ada"],
    async talk(talk) {
      await talk.join("ada");
      for (const code of [undefined, 1000, 1001, 1011, 3000, 4999]) {
        const ada = await talk.open("ada", { name: `${code}` });
        await ada.take(1);
        await ada.sendClose(code);
        await ada.toEnd();
      }
    },
  },
  {
    name: "logging out closes the sockets of that session with 4401",
    members: ["ada", "bob"],
    async talk(talk) {
      const ada = await talk.join("ada");
      const bob = await talk.join("bob");
      await ada.take(1);
      await talk.ask("/api/logout", { as: "ada", body: {} });
      await ada.take(1);
      await bob.take(1);
    },
  },
  {
    name: "a server that stops says bye and closes with 1001",
    members: ["ada"],
    async talk(talk) {
      const ada = await talk.join("ada");
      const stopped = talk.stopServer();
      await ada.take(2);
      await ada.sendClose(1001);
      await ada.toEnd();
      await stopped;
    },
  },
];
