/**
 * A room of 1,000 sockets: what one sends, all get. Our transports against `ws` on Node, and Bun where it runs.
 *
 * @module
 */
import { compare, type Contender } from "./compare.ts";
import { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { installPeers } from "./npm_peers.ts";
import { MESSAGE_BYTES } from "./member.ts";
import { denoRun } from "./server_process.ts";

const SOCKETS = 1_000;
/** How many messages are under way at once. */
const IN_FLIGHT = [1, 8, 32];

/** Measures, and prints a table for each number of messages under way. */
export async function room(effort: Effort): Promise<void> {
  await using loader = new Loader();
  const contenders = await findContenders();
  for (const inFlight of IN_FLIGHT) {
    await compare({
      title: `A room of ${SOCKETS} sockets, messages of ${MESSAGE_BYTES} bytes, ${inFlight} in flight`,
      unit: ["delivery", "deliveries"],
      contenders,
      measure: ({ target }) => {
        return loader.run("loadRoom", { ...target, sockets: SOCKETS, inFlight, seconds: effort.seconds });
      },
      effort,
    });
    await loader.run("leaveRooms", undefined);
  }
}

async function findContenders(): Promise<Contender[]> {
  const peers = await installPeers();
  const ours = (transport: string) => ({
    name: `room, ${transport}`,
    command: denoRun("--allow-net", "--allow-env", "bench/servers/room_serve.ts", transport),
  });
  return [
    ...peers === undefined ? [] : [{ name: "ws on Node", command: peers.node("ws_room.mjs") }],
    ours("raw"),
    ours("native"),
    ...peers?.bun === undefined ? [] : [{ name: "Bun", command: peers.bun("bun_room.mjs") }],
  ];
}
