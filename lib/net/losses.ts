const LOSSES = [
  Deno.errors.BadResource,
  Deno.errors.BrokenPipe,
  Deno.errors.ConnectionAborted,
  Deno.errors.ConnectionReset,
  Deno.errors.Interrupted,
  Deno.errors.InvalidData,
  Deno.errors.NotConnected,
  Deno.errors.TimedOut,
  Deno.errors.UnexpectedEof,
];

/** Whether reading or writing failed because a connection was lost or closed, which is nobody's defect. */
export function isLoss(error: unknown): boolean {
  return LOSSES.some((loss) => error instanceof loss);
}
