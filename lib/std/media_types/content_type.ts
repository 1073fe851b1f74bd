// @ts-types="./content_type.d.ts"
export * from "npm:deno-std@1.3.1/media_types/content_type.js";
