// @ts-types="./parse.d.ts"
export * from "npm:deno-std@1.3.1/toml/parse.js";
