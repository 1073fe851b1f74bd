// @ts-types="./base64url.d.ts"
export * from "npm:deno-std@1.3.1/encoding/base64url.js";
