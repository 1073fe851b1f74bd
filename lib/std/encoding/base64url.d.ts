export function encodeBase64Url(data: ArrayBuffer | Uint8Array | string): string;
export function decodeBase64Url(b64url: string): Uint8Array;
