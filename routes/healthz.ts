import { VERSION } from "../lib/version.ts";

const HEALTHY = { status: "ok", version: VERSION };

export function GET() {
  return HEALTHY;
}
