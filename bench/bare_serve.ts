/**
 * The peer of our own server: `Deno.serve` with nothing around it, sending one and the same reply.
 *
 * @module
 */

/** What the bare server sends; its only argument, as JSON. */
export interface BareReply {
  /** The status code. */
  readonly status: number;
  /** The fields in the order of the wire, without those that the runtime adds. */
  readonly headers: [name: string, value: string][];
  /** The body. */
  readonly body: string;
}

if (import.meta.main) {
  const { status, headers, body }: BareReply = JSON.parse(Deno.args[0]);
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ hostname, port }) => console.log(`Listening on http://${hostname}:${port}/`),
  }, () => new Response(body, { status, headers }));
}
