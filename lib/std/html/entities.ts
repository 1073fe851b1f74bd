// @ts-types="./entities.d.ts"
export * from "npm:deno-std@1.3.1/html/entities.js";
