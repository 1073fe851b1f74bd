// @ts-types="./cookie.d.ts"
export * from "npm:deno-std@1.3.1/http/cookie.js";
