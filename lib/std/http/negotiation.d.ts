export function accepts(request: Pick<Request, "headers">, ...types: string[]): string | undefined;
export function acceptsEncodings(request: Pick<Request, "headers">, ...encodings: string[]): string | undefined;
