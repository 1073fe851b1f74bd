export function encodeHex(src: string | Uint8Array | ArrayBuffer): string;
