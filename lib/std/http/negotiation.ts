// @ts-types="./negotiation.d.ts"
export * from "npm:deno-std@1.3.1/http/negotiation.js";
