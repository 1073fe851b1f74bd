// @ts-types="./hex.d.ts"
export * from "npm:deno-std@1.3.1/encoding/hex.js";
